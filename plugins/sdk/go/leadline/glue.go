package leadline

// #include <stdlib.h>
// #include "glue.h"
import "C"

import (
	"fmt"
	"runtime/cgo"
	"runtime/debug"
	"strings"
	"unsafe"
)

// guard runs body; a panic becomes an error with its text and place.
func guard(body func() error) (err error) {
	defer func() {
		if value := recover(); value != nil {
			err = Errorf(Internal, "panicked%s: %v", place(), value)
		}
	}()
	return body()
}

// place names the line that panicked: in a stack, the first below the runtime's own.
func place() string {
	lines := strings.Split(string(debug.Stack()), "\n")
	after := false
	for i, line := range lines {
		if strings.HasPrefix(line, "panic(") {
			after = true
			continue
		}
		if after && i+1 < len(lines) && strings.HasPrefix(lines[i+1], "\t") && !strings.HasPrefix(line, "runtime.") {
			file, _, _ := strings.Cut(strings.TrimSpace(lines[i+1]), " ")
			return " at " + file[strings.LastIndexByte(file, '/')+1:]
		}
	}
	return ""
}

//export leadlineGoDescribe
func leadlineGoDescribe(plugin *C.leadline_plugin) C.int {
	if about == nil {
		return 0
	}
	// Never freed: a descriptor lives as long as the process.
	plugin.version = C.CString(about.Version)
	if about.ConfigSchema != "" {
		plugin.config_schema_json = C.CString(about.ConfigSchema)
	}
	if about.Concurrent {
		plugin.flags |= C.LEADLINE_FLAG_CONCURRENT
	}
	if about.Pure {
		plugin.flags |= C.LEADLINE_FLAG_PURE
	}
	plugin.id = C.CString(about.ID)
	return 1
}

//export leadlineGoHas
func leadlineGoHas(id *C.char) C.int {
	if has[C.GoString(id)] {
		return 1
	}
	return 0
}

//export leadlineGoCreate
func leadlineGoCreate(host *C.leadline_host, config *C.char, length C.uint64_t, handle *C.uintptr_t) C.int32_t {
	err := guard(func() error {
		setup := &Setup{host, string(array((*byte)(unsafe.Pointer(config)), C.uint32_t(length)))}
		instance, err := create(setup)
		if err != nil {
			return err
		}
		*handle = C.uintptr_t(cgo.NewHandle(instance))
		return nil
	})
	if err == nil {
		return C.LEADLINE_OK
	}
	text := err.Error()
	C.leadline_go_host_error(host, chars(text), C.uint64_t(len(text)))
	return codeOf(err)
}

//export leadlineGoDestroy
func leadlineGoDestroy(handle C.uintptr_t) {
	cgo.Handle(handle).Delete()
}

// batch answers one item after the other.
func batch[In, Out any](items *In, n C.uint32_t, outs *Out, call *C.leadline_call, api *C.leadline_call_api,
	answer func(item *In, out *Out, call *Call) error) C.int32_t {
	at := &Call{call: call, api: api}
	in, out := array(items, n), array(outs, n)
	err := guard(func() error {
		for i := range in {
			at.item = uint32(i)
			if err := answer(&in[i], &out[i], at); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil {
		return C.LEADLINE_OK
	}
	at.fail(err.Error())
	return codeOf(err)
}

//export leadlineGoNormalize
func leadlineGoNormalize(handle C.uintptr_t, items *C.leadline_record, n C.uint32_t, outs *C.leadline_normalize_out,
	call *C.leadline_call, api *C.leadline_call_api) C.int32_t {
	plugin := cgo.Handle(handle).Value().(Normalizer)
	return batch(items, n, outs, call, api,
		func(item *C.leadline_record, out *C.leadline_normalize_out, call *Call) error {
			reading, err := plugin.Normalize(recordOf(item), call)
			if err != nil || !reading.Known {
				return err
			}
			text, err := call.copied(reading.Value)
			if err != nil {
				return err
			}
			out.value.kind, out.value.len = C.LEADLINE_STR, C.uint32_t(len(reading.Value))
			*(**C.char)(unsafe.Pointer(&out.value.u)) = text
			out.confidence = C.double(reading.Confidence)
			return nil
		})
}

//export leadlineGoGate
func leadlineGoGate(handle C.uintptr_t, items *C.leadline_transition, n C.uint32_t, outs *C.leadline_status_out,
	call *C.leadline_call, api *C.leadline_call_api) C.int32_t {
	plugin := cgo.Handle(handle).Value().(Gate)
	return batch(items, n, outs, call, api,
		func(item *C.leadline_transition, out *C.leadline_status_out, call *Call) error {
			verdict, err := plugin.Gate(
				Transition{recordOf(&item.record), stringOf(item.from_status), stringOf(item.to_status)}, call)
			out.verdict = C.uint32_t(verdict)
			return err
		})
}

//export leadlineGoScore
func leadlineGoScore(handle C.uintptr_t, items *C.leadline_record, n C.uint32_t, outs *C.leadline_score_out,
	call *C.leadline_call, api *C.leadline_call_api) C.int32_t {
	plugin := cgo.Handle(handle).Value().(Scorer)
	return batch(items, n, outs, call, api,
		func(item *C.leadline_record, out *C.leadline_score_out, call *Call) error {
			points, err := plugin.Score(recordOf(item), call)
			out.points = C.double(points)
			return err
		})
}

//export leadlineGoRoute
func leadlineGoRoute(handle C.uintptr_t, items *C.leadline_route_request, n C.uint32_t, outs *C.leadline_route_out,
	call *C.leadline_call, api *C.leadline_call_api) C.int32_t {
	plugin := cgo.Handle(handle).Value().(Router)
	return batch(items, n, outs, call, api,
		func(item *C.leadline_route_request, out *C.leadline_route_out, call *Call) error {
			choice, err := plugin.Route(requestOf(item), call)
			switch {
			case err != nil:
				return err
			case choice == Nobody:
				out.choice = C.LEADLINE_ROUTE_NOBODY
			case choice < 0 || choice >= int(item.count):
				return fmt.Errorf("chose candidate %d of %d", choice, item.count)
			default:
				out.choice = C.uint32_t(choice)
			}
			return nil
		})
}

//export leadlineGoCompare
func leadlineGoCompare(handle C.uintptr_t, items *C.leadline_pair, n C.uint32_t, outs *C.leadline_merge_out,
	call *C.leadline_call, api *C.leadline_call_api) C.int32_t {
	plugin := cgo.Handle(handle).Value().(Comparer)
	return batch(items, n, outs, call, api,
		func(item *C.leadline_pair, out *C.leadline_merge_out, call *Call) error {
			answer, err := plugin.Compare(recordOf(&item.left), recordOf(&item.right), call)
			out.level, out.weight = C.uint32_t(answer.Level), C.double(answer.Weight)
			return err
		})
}
