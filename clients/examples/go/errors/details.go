package main

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/protobuf/proto"
)

// faultsOf says where an error is otherwise than its row says.
func faultsOf(found *failure, r *row, domain string) []string {
	var faults []string
	fault := func(format string, values ...any) { faults = append(faults, fmt.Sprintf(format, values...)) }
	if name := nameOf(found.status.Code()); name != r.Code {
		fault("%s in the place of %s: %s", name, r.Code, found.status.Message())
	}
	var names []string
	for _, each := range found.status.Details() {
		detail, ok := each.(proto.Message)
		if !ok {
			fault("a detail cannot be read: %v", each)
			continue
		}
		names = append(names, string(detail.ProtoReflect().Descriptor().Name()))
		checkDetail(detail, r, domain, fault)
	}
	expected := slices.Sorted(slices.Values(r.Details))
	if slices.Sort(names); !slices.Equal(names, expected) {
		fault("its details are %v", names)
	}
	if len(r.Details) > 0 && found.callID != nil && *found.callID != callIDOf(r) {
		fault("the id of the call is %s", *found.callID)
	}
	id := found.callID
	if len(r.Details) > 0 && id != nil && !strings.HasSuffix(found.status.Message(), " (call "+*id+")") {
		fault("its message does not end with the id of the call: %s", found.status.Message())
	}
	if !strings.Contains(found.status.Message(), r.Readable) {
		fault("its message is %s", found.status.Message())
	}
	return faults
}

// checkDetail reads a detail as its type. A program that knows no such type would pass it over.
func checkDetail(detail proto.Message, r *row, domain string, fault func(string, ...any)) {
	switch d := detail.(type) {
	case *errdetails.ErrorInfo:
		checkErrorInfo(d, r, domain, fault)
	case *errdetails.BadRequest:
		checkBadRequest(d, r, fault)
	case *errdetails.RetryInfo:
		if delay := fmt.Sprintf("%.3fs", d.GetRetryDelay().AsDuration().Seconds()); delay != r.Metadata["retry_after"] {
			fault("it says to try again after %s", delay)
		}
	case *errdetails.ResourceInfo:
		if d.GetResourceType() != r.Resource.Type || d.GetResourceName() != r.Resource.Name {
			fault("its resource is %s %s", d.GetResourceType(), d.GetResourceName())
		}
	case *errdetails.PreconditionFailure:
		v := d.GetViolations()
		if len(v) != 1 || v[0].GetType() != r.Reason || v[0].GetSubject() != r.Resource.Name || v[0].GetDescription() == "" {
			fault("its violations are %v", v)
		}
	default:
		fault("a detail of another type: %v", detail)
	}
}

func checkErrorInfo(info *errdetails.ErrorInfo, r *row, domain string, fault func(string, ...any)) {
	if info.GetReason() != r.Reason || info.GetDomain() != domain {
		fault("its reason is %s of %s", info.GetReason(), info.GetDomain())
	}
	facts := maps.Clone(info.GetMetadata())
	if id, ok := facts["call_id"]; ok && id != callIDOf(r) { // there is none where an operation failed, and no call
		fault("the id of the call is %s", id)
	}
	delete(facts, "call_id")
	good := len(facts) == len(r.Metadata)
	for key, expected := range r.Metadata {
		value := facts[key]
		good = good && value != "" && (expected == "*" || expected == value)
	}
	if !good {
		fault("its metadata is %v", info.GetMetadata())
	}
}

func checkBadRequest(bad *errdetails.BadRequest, r *row, fault func(string, ...any)) {
	violations := bad.GetFieldViolations()
	if r.Fields == nil { // too many to be listed: the last entry tells people so
		violations = violations[:max(len(violations)-1, 0)]
		if count, _ := strconv.Atoi(r.Metadata["violation_count"]); len(violations) < 10 || len(violations) >= count {
			fault("it shows %d violations", len(violations))
		}
	} else {
		var fields []string
		for _, each := range violations {
			fields = append(fields, each.GetField())
		}
		if !slices.Equal(slices.Sorted(slices.Values(fields)), slices.Sorted(slices.Values(r.Fields))) {
			fault("its fields are %v", fields)
		}
	}
	for _, each := range violations {
		if each.GetField() == "" || each.GetDescription() == "" || !strings.Contains(each.GetDescription(), r.Readable) {
			fault("a violation cannot be read: %v", each)
		}
	}
}
