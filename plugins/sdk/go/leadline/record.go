package leadline

// #include "glue.h"
import "C"

import (
	"math"
	"unicode/utf8"
	"unsafe"
)

// Record holds the fields that the plugin asked for. Valid during the call; what its methods return may be kept.
type Record struct {
	fields []C.leadline_value
}

func recordOf(record *C.leadline_record) Record {
	return Record{array((*C.leadline_value)(record.fields), record.count)}
}

func (r Record) at(slot Slot, kind Kind) *C.leadline_value {
	if uint64(slot) >= uint64(len(r.fields)) || Kind(r.fields[slot].kind) != kind {
		return nil
	}
	return &r.fields[slot]
}

// IsNull says whether the field is absent.
func (r Record) IsNull(slot Slot) bool {
	return uint64(slot) >= uint64(len(r.fields)) || Kind(r.fields[slot].kind) == KindAny
}

// Text gives a text; not ok when there is none, or none in UTF-8.
func (r Record) Text(slot Slot) (text string, ok bool) {
	return textOf(r.at(slot, KindText))
}

// Bool gives a yes or no.
func (r Record) Bool(slot Slot) (value, ok bool) {
	v := r.at(slot, KindBool)
	return v != nil && whole(v) != 0, v != nil
}

// Int gives a whole number.
func (r Record) Int(slot Slot) (value int64, ok bool) { return wholeOf(r.at(slot, KindInt)) }

// Time gives microseconds since the Unix epoch.
func (r Record) Time(slot Slot) (value int64, ok bool) { return wholeOf(r.at(slot, KindTime)) }

// Double gives a number.
func (r Record) Double(slot Slot) (value float64, ok bool) {
	v := r.at(slot, KindDouble)
	if v == nil {
		return 0, false
	}
	return *(*float64)(unsafe.Pointer(&v.u)), true
}

// Texts gives the texts of a list; what else is in it is left out.
func (r Record) Texts(slot Slot) (texts []string, ok bool) {
	v := r.at(slot, KindList)
	if v == nil {
		return nil, false
	}
	items := array(*(**C.leadline_value)(unsafe.Pointer(&v.u)), v.len)
	for i := range items {
		if Kind(items[i].kind) != KindText {
			continue
		}
		if text, ok := textOf(&items[i]); ok {
			texts = append(texts, text)
		}
	}
	return texts, true
}

func whole(v *C.leadline_value) int64 { return *(*int64)(unsafe.Pointer(&v.u)) }

func wholeOf(v *C.leadline_value) (int64, bool) {
	if v == nil {
		return 0, false
	}
	return whole(v), true
}

func textOf(v *C.leadline_value) (string, bool) {
	if v == nil {
		return "", false
	}
	text := string(array(*(**byte)(unsafe.Pointer(&v.u)), v.len))
	return text, utf8.ValidString(text)
}

// array is a slice of what C hands over as pointer and count.
func array[T any](items *T, count C.uint32_t) []T {
	if items == nil || count == 0 {
		return nil
	}
	return unsafe.Slice(items, int(count))
}

func stringOf(text C.leadline_str) string {
	return string(array((*byte)(unsafe.Pointer(text.ptr)), C.uint32_t(text.len)))
}

// Transition is a change of status that a gate judges.
type Transition struct {
	Record Record
	From   string // empty for a new record
	To     string
}

// RouteRequest is a lead, and who could work it.
type RouteRequest struct {
	Record     Record
	Candidates []Candidate
}

// Candidate is somebody who could work a lead.
type Candidate struct {
	RepID               string
	Weight              float64 // the share of leads meant for this rep, relative to the others
	HasPlace            bool
	Latitude, Longitude float64 // degrees
	AssignedBefore      bool
	LastAssigned        int64 // microseconds since the Unix epoch
	OpenLoad            uint32
	Capacity            uint32 // the most open leads; 0: takes none
	Seniority           int32  // higher is more senior; 0 when unknown
	InTerritory         bool
	SpeaksLanguage      bool
	OwnsAccount         bool
	Available           bool
}

func requestOf(request *C.leadline_route_request) RouteRequest {
	out := RouteRequest{Record: recordOf(&request.record)}
	for _, c := range array(request.candidates, request.count) {
		out.Candidates = append(out.Candidates, Candidate{
			RepID:          stringOf(c.rep_id),
			Weight:         float64(c.weight),
			HasPlace:       !math.IsNaN(float64(c.latitude)) && !math.IsNaN(float64(c.longitude)),
			Latitude:       float64(c.latitude),
			Longitude:      float64(c.longitude),
			AssignedBefore: int64(c.last_assigned) != math.MinInt64,
			LastAssigned:   int64(c.last_assigned),
			OpenLoad:       uint32(c.open_load),
			Capacity:       uint32(c.capacity),
			Seniority:      int32(c.seniority),
			InTerritory:    c.flags&C.LEADLINE_CANDIDATE_TERRITORY != 0,
			SpeaksLanguage: c.flags&C.LEADLINE_CANDIDATE_LANGUAGE != 0,
			OwnsAccount:    c.flags&C.LEADLINE_CANDIDATE_OWNER != 0,
			Available:      c.flags&C.LEADLINE_CANDIDATE_AVAILABLE != 0,
		})
	}
	return out
}
