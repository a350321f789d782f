// Every class of error that Leadline gives, provoked and read by its types: what a call fails with, and what a program
// finds in it.
//
//	usage: errors TABLE NAME=ADDRESS... stop=PID      as ../errors_servers.py calls it
//
// TABLE is errors.json, which says for each error which call gives it on which server, and what must come. An operation
// is waited for: its error is the call's. A few need more than one call; situations.go has them. Exit status 0: each
// came, and each detail could be read as its type.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"time"

	"cloud.google.com/go/longrunning/autogen/longrunningpb"
	"google.golang.org/genproto/googleapis/rpc/code"
	rpcstatus "google.golang.org/genproto/googleapis/rpc/status"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	leadline "leadline.dev/examples/gen/leadline/v1"
)

const deadline = 120 * time.Second // checks of packs take long

// step is a call of the table.
type step struct {
	Call, Situation, Actor, As string
	Request                    json.RawMessage
	Wait                       *bool // false: its operation is not waited for
}

// row is an error of the table.
type row struct {
	step
	About, Server string
	Setup         []json.RawMessage
	Result        *int // the item of a batch that has it
	Code, Reason  string
	Details       []string
	Metadata      map[string]string
	Fields        []string // nil: there are too many to be listed
	Readable      string   // what the message and each violation must hold
	Resource      struct{ Type, Name string }
}

type table struct {
	Domain string
	Setup  []json.RawMessage
	Errors []json.RawMessage
}

// failure is what a call failed with: its status, and the id of the call, which is nil where the call itself succeeded:
// an operation failed, or an item of a batch.
type failure struct {
	status *status.Status
	callID *string
}

// known are the answers to which later steps refer.
type known map[string]any

var reference = regexp.MustCompile(`\$\{([^}]+)\}`)

// resolved gives the step with "${lead.lead.name}" replaced by a value of the answer that is known as lead.
func (k known) resolved(raw []byte) ([]byte, error) {
	var problem error
	out := reference.ReplaceAllFunc(raw, func(match []byte) []byte {
		var value any = map[string]any(k)
		for _, part := range strings.Split(string(match[2:len(match)-1]), ".") {
			switch within := value.(type) {
			case map[string]any:
				value = within[part]
			case []any:
				i, _ := strconv.Atoi(part)
				value = within[i]
			}
		}
		text, ok := value.(string)
		if !ok {
			problem = fmt.Errorf("there is no %s", match)
		}
		quoted, _ := json.Marshal(text)
		return quoted[1 : len(quoted)-1]
	})
	return out, problem
}

// stubs are the generated clients, by the names of their services.
func stubs(channel *grpc.ClientConn) map[string]any {
	return map[string]any{
		"AccountService": leadline.NewAccountServiceClient(channel),
		"AdminService":   leadline.NewAdminServiceClient(channel),
		"ContactService": leadline.NewContactServiceClient(channel),
		"LeadService":    leadline.NewLeadServiceClient(channel),
		"MergeService":   leadline.NewMergeServiceClient(channel),
		"Operations":     longrunningpb.NewOperationsClient(channel),
		"ReportService":  leadline.NewReportServiceClient(channel),
		"RoutingService": leadline.NewRoutingServiceClient(channel),
		"ScoringService": leadline.NewScoringServiceClient(channel),
		"StatusService":  leadline.NewStatusServiceClient(channel),
	}
}

// send makes a call of the table by the method of a stub, and gives its answer, of a stream the first, or the failure.
func send(channel *grpc.ClientConn, s step, callID string) (proto.Message, *failure, error) {
	service, name, _ := strings.Cut(s.Call, ".")
	method := reflect.ValueOf(stubs(channel)[service]).MethodByName(name)
	request := reflect.New(method.Type().In(1).Elem())
	if len(s.Request) > 0 {
		if err := protojson.Unmarshal(s.Request, request.Interface().(proto.Message)); err != nil {
			return nil, nil, err
		}
	}
	ctx, cancel := context.WithTimeout(withID(callID), deadline)
	defer cancel()
	if s.Actor != "" {
		ctx = metadata.AppendToOutgoingContext(ctx, "leadline-actor", s.Actor)
	}
	var trailer metadata.MD
	results := method.Call([]reflect.Value{reflect.ValueOf(ctx), request, reflect.ValueOf(grpc.Trailer(&trailer))})
	err, _ := results[1].Interface().(error)
	if stream, ok := results[0].Interface().(grpc.ClientStream); ok && err == nil {
		results = results[0].MethodByName("Recv").Call(nil)
		err, _ = results[1].Interface().(error)
		trailer = stream.Trailer()
	}
	if err != nil {
		return nil, failureOf(err, trailer), nil
	}
	return results[0].Interface().(proto.Message), nil, nil
}

// withID is a context for a call that has an id of the caller's.
func withID(callID string) context.Context {
	if callID == "" {
		return context.Background()
	}
	return metadata.AppendToOutgoingContext(context.Background(), "leadline-call-id", callID)
}

func failureOf(err error, trailer metadata.MD) *failure {
	id := strings.Join(trailer.Get("leadline-call-id"), ", ")
	return &failure{status.Convert(err), &id}
}

// ended gives the answer as it is; of an operation, how it is when it has ended.
func ended(channel *grpc.ClientConn, answer proto.Message) (proto.Message, *failure) {
	ctx, cancel := context.WithTimeout(context.Background(), deadline)
	defer cancel()
	operation, ok := answer.(*longrunningpb.Operation)
	for ok && !operation.GetDone() {
		var err error
		wait := &longrunningpb.WaitOperationRequest{Name: operation.GetName()}
		if operation, err = longrunningpb.NewOperationsClient(channel).WaitOperation(ctx, wait); err != nil {
			return nil, failureOf(err, nil)
		}
		answer = operation
	}
	return answer, nil
}

// withError is an operation, or an item of a batch, which carry what a call's error carries in google.rpc.Status.
type withError interface{ GetError() *rpcstatus.Status }

// errorIn gives the error that an answer carries, that of a batch in its item i; nil when there is none.
func errorIn(answer any, i *int) *failure {
	if i != nil {
		results := reflect.ValueOf(answer).MethodByName("GetResults").Call(nil)[0]
		answer = results.Index(*i).Interface()
	}
	if found, ok := answer.(withError); ok && found.GetError() != nil {
		return &failure{status: status.FromProto(found.GetError())}
	}
	return nil
}

// setUp makes a call that must succeed, and so must its operation, and keeps its answer.
func (k known) setUp(channel *grpc.ClientConn, raw []byte) error {
	raw, err := k.resolved(raw)
	if err != nil {
		return err
	}
	var s step
	if err := json.Unmarshal(raw, &s); err != nil {
		return err
	}
	answer, failed, err := send(channel, s, "")
	if err == nil && failed == nil && (s.Wait == nil || *s.Wait) {
		answer, failed = ended(channel, answer)
	}
	if err == nil && failed == nil {
		failed = errorIn(answer, nil)
	}
	if err == nil && failed != nil {
		err = failed.status.Err()
	}
	if err != nil || s.As == "" {
		return err
	}
	text, err := protojson.Marshal(answer)
	if err != nil {
		return err
	}
	var value any
	if err := json.Unmarshal(text, &value); err != nil {
		return err
	}
	k[s.As] = value
	return nil
}

// callIDOf is the id under which the call of a row goes.
func callIDOf(r *row) string { return strings.ReplaceAll(r.About, " ", "-") }

// provoke gives a row with its references resolved, and the error that its call gave; nil when there was none.
func (k known) provoke(channels map[string]*grpc.ClientConn, raw []byte, pid int) (*row, *failure, error) {
	var before, r row
	if err := json.Unmarshal(raw, &before); err != nil {
		return &before, nil, err
	}
	channel := channels["main"]
	if before.Server != "" {
		channel = channels[before.Server]
	}
	for _, each := range before.Setup {
		if err := k.setUp(channel, each); err != nil {
			return &before, nil, err
		}
	}
	raw, err := k.resolved(raw)
	if err == nil {
		err = json.Unmarshal(raw, &r)
	}
	if err != nil {
		return &before, nil, err
	}
	if r.Situation != "" {
		return &r, situations[r.Situation](channel, &r, pid), nil
	}
	answer, failed, err := send(channel, r.step, callIDOf(&r))
	if err == nil && failed == nil {
		answer, failed = ended(channel, answer)
	}
	if err == nil && failed == nil {
		failed = errorIn(answer, r.Result)
	}
	return &r, failed, err
}

// nameOf is the name that the contract gives to a code: NOT_FOUND.
func nameOf(c codes.Code) string { return code.Code(c).String() }

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func main() {
	text, err := os.ReadFile(os.Args[1])
	check(err)
	var all table
	check(json.Unmarshal(text, &all))
	channels, pid := map[string]*grpc.ClientConn{}, 0
	for _, argument := range os.Args[2:] {
		name, value, _ := strings.Cut(argument, "=")
		if name == "stop" {
			pid, err = strconv.Atoi(value)
		} else {
			channels[name], err = grpc.NewClient(value, grpc.WithTransportCredentials(insecure.NewCredentials()))
		}
		check(err)
	}
	answers, failed := known{}, 0
	for _, each := range all.Setup {
		check(answers.setUp(channels["main"], each))
	}
	for _, each := range all.Errors {
		r, found, err := answers.provoke(channels, each, pid)
		var faults []string
		switch {
		case err != nil:
			faults = []string{"what comes before it fails: " + err.Error()}
		case found == nil:
			faults = []string{"the call succeeds"}
		default:
			faults = faultsOf(found, r, all.Domain)
		}
		details := strings.Join(r.Details, ", ")
		if details == "" {
			details = "no details"
		}
		fmt.Printf("%s %s: %s: %s\n", r.Code, r.Reason, r.About, details)
		for _, fault := range faults {
			failed++
			fmt.Println("   OTHERWISE: " + fault)
		}
	}
	fmt.Printf("%d errors, %d faults\n", len(all.Errors), failed)
	if failed > 0 {
		os.Exit(1)
	}
}
