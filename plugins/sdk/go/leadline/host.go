package leadline

// #include "glue.h"
import "C"

import (
	"encoding/json"
	"errors"
	"fmt"
	"unsafe"
)

// Code is a result of the interface, numbered as in gRPC.
type Code int32

const (
	Cancelled          Code = 1
	Unknown            Code = 2
	InvalidArgument    Code = 3
	DeadlineExceeded   Code = 4
	NotFound           Code = 5
	AlreadyExists      Code = 6
	PermissionDenied   Code = 7
	ResourceExhausted  Code = 8
	FailedPrecondition Code = 9
	Aborted            Code = 10
	OutOfRange         Code = 11
	Unimplemented      Code = 12
	Internal           Code = 13
	Unavailable        Code = 14
	DataLoss           Code = 15
	Unauthenticated    Code = 16
)

// Error is an error with a code; any other error counts as Internal.
type Error struct {
	Code Code
	Text string
}

func (e *Error) Error() string { return e.Text }

// Errorf makes an Error.
func Errorf(code Code, format string, args ...any) error {
	return &Error{code, fmt.Sprintf(format, args...)}
}

func codeOf(err error) C.int32_t {
	var coded *Error
	if errors.As(err, &coded) && coded.Code != 0 {
		return C.int32_t(coded.Code)
	}
	return C.LEADLINE_INTERNAL
}

// Kind is the kind of a field.
type Kind uint32

const (
	KindAny    Kind = C.LEADLINE_NULL
	KindBool   Kind = C.LEADLINE_BOOL
	KindInt    Kind = C.LEADLINE_I64
	KindDouble Kind = C.LEADLINE_F64
	KindText   Kind = C.LEADLINE_STR
	KindTime   Kind = C.LEADLINE_TIME
	KindList   Kind = C.LEADLINE_LIST
)

// Slot is where a field stands in every record of an instance.
type Slot uint32

// Setup is what an instance is made from. Valid only while it is made.
type Setup struct {
	host   *C.leadline_host
	config string
}

// ConfigJSON is the config as the pack has it, valid under the plugin's schema.
func (s *Setup) ConfigJSON() string { return s.config }

// Config reads the config into what out points at, as encoding/json does.
func (s *Setup) Config(out any) error {
	if err := json.Unmarshal([]byte(s.config), out); err != nil {
		return Errorf(InvalidArgument, "the config cannot be read: %v", err)
	}
	return nil
}

// Field gives the slot of a field that the plugin cannot do without.
func (s *Setup) Field(name string, kind Kind) (Slot, error) {
	var slot C.uint32_t
	code := Code(C.leadline_go_field_slot(s.host, chars(name), C.uint64_t(len(name)), C.uint32_t(kind), &slot))
	switch code {
	case 0:
		return Slot(slot), nil
	case NotFound:
		return 0, Errorf(code, "the field %s is not in the schema", name)
	case InvalidArgument:
		return 0, Errorf(code, "the field %s is of another kind", name)
	}
	return 0, Errorf(code, "the field %s cannot be had", name)
}

// OptionalField is like Field, but the schema may have no such field: then ok is false.
func (s *Setup) OptionalField(name string, kind Kind) (slot Slot, ok bool, err error) {
	slot, err = s.Field(name, kind)
	var coded *Error
	if errors.As(err, &coded) && coded.Code == NotFound {
		return 0, false, nil
	}
	return slot, err == nil, err
}

// Level is how much a line of the log matters.
type Level int32

const (
	Debug    Level = 0
	Info     Level = 1
	Warning  Level = 2
	Critical Level = 3
)

// Log writes a line to the server's log. Never what may identify a person.
func (s *Setup) Log(level Level, text string) {
	C.leadline_go_log(s.host, C.int32_t(level), chars(text), C.uint64_t(len(text)))
}

// Call is the call in flight, at one item of its batch. Valid during the call, on its goroutine.
type Call struct {
	call *C.leadline_call
	api  *C.leadline_call_api
	item uint32
}

// Now is the moment the decision is made for, in microseconds since the Unix epoch: the only clock a decision may use.
func (c *Call) Now() int64 { return int64(C.leadline_go_now(c.api, c.call)) }

// TimeLeft gives the microseconds before the caller stops waiting. For giving up, never for choosing.
func (c *Call) TimeLeft() int64 { return int64(C.leadline_go_time_left(c.api, c.call)) }

// Cancelled says whether nobody waits for the result any more.
func (c *Call) Cancelled() bool { return C.leadline_go_cancelled(c.api, c.call) != 0 }

// Reason adds one sentence of explanation for this item, and its share of the result: points for score, agreement weight
// for merge, otherwise 0.
func (c *Call) Reason(text string, weight float64) {
	C.leadline_go_add_reason(c.api, c.call, C.uint32_t(c.item), chars(text), C.uint64_t(len(text)), C.double(weight))
}

func (c *Call) fail(text string) {
	C.leadline_go_call_error(c.api, c.call, chars(text), C.uint64_t(len(text)))
}

// copied gives text in the host's memory, which it keeps until it has read the outputs.
func (c *Call) copied(text string) (*C.char, error) {
	memory := C.leadline_go_alloc(c.api, c.call, C.uint64_t(len(text)))
	if memory == nil || uint64(len(text)) > 1<<32-1 {
		return nil, Errorf(ResourceExhausted, "the output is too long")
	}
	copy(unsafe.Slice((*byte)(memory), len(text)), text)
	return (*C.char)(memory), nil
}

// chars is the text's first byte, for a call that reads it at once; the host keeps nothing.
func chars(text string) *C.char {
	if len(text) == 0 {
		return nil
	}
	bytes := []byte(text)
	return (*C.char)(unsafe.Pointer(&bytes[0]))
}
