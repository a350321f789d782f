// Leadline from Go: submit an enquiry, read why it was decided so, handle errors by type, page, watch events, and wait
// for long work.
//
//	usage: example [host:port]
//
// It says what it does. Exit status 0: all was as the contract says; 1: something was not, and the last line says what.
package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"math"
	"os"
	"strings"
	"time"

	"cloud.google.com/go/longrunning/autogen/longrunningpb"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/genproto/googleapis/type/money"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/fieldmaskpb"

	leadline "leadline.dev/examples/gen/leadline/v1"
)

const deadline = 10 * time.Second // on every call that is not a stream

var run = strings.ToLower(rand.Text()[:8]) // makes names of this run its own

// check ends the program with a plain sentence when a call failed that must not.
func check(err error) {
	if err != nil {
		fmt.Fprintf(os.Stderr, "a call failed that must not: %v\n", err)
		os.Exit(1)
	}
}

// expect does the same when the server does not do what the contract says.
func expect(condition bool, format string, values ...any) {
	if !condition {
		fmt.Fprintf(os.Stderr, "otherwise than the contract says: "+format+"\n", values...)
		os.Exit(1)
	}
}

// detail gives the google.rpc detail of a type that an error carries, or nil. Programs act on these, never on the text.
func detail[T proto.Message](err error) (found T) {
	for _, each := range status.Convert(err).Details() {
		if match, ok := each.(T); ok {
			return match
		}
	}
	return found
}

// call makes one call with a deadline.
func call[Q, A any](method func(context.Context, Q, ...grpc.CallOption) (A, error), request Q) (A, error) {
	ctx, cancel := context.WithTimeout(context.Background(), deadline)
	defer cancel()
	return method(ctx, request)
}

// refusal makes a call that must fail with a code, and gives its error.
func refusal[Q, A any](method func(context.Context, Q, ...grpc.CallOption) (A, error), request Q, code codes.Code) error {
	_, err := call(method, request)
	expect(status.Code(err) == code, "%v in the place of %v: %v", status.Code(err), code, err)
	return err
}

// withRetry calls again while the server is not available. The request has a request_id, so that it acts once all the
// same.
func withRetry[Q, A any](method func(context.Context, Q, ...grpc.CallOption) (A, error), request Q) A {
	wait := 200 * time.Millisecond
	for tries := 1; ; tries++ {
		answer, err := call(method, request)
		if status.Code(err) != codes.Unavailable || tries == 6 {
			check(err)
			return answer
		}
		pause := wait
		if retry := detail[*errdetails.RetryInfo](err); retry != nil { // the server may say how long to wait
			pause = retry.GetRetryDelay().AsDuration()
		}
		fmt.Printf("   UNAVAILABLE: trying again in %.1f s\n", pause.Seconds())
		time.Sleep(pause)
		wait *= 2
	}
}

// enquiry is what a form on a website sends: person number n of one company asks to be contacted.
func enquiry(n int) *leadline.Enquiry {
	return &leadline.Enquiry{
		Account: &leadline.Account{DisplayName: "Acme " + run, Domain: "acme-" + run + ".example", Country: "ES"},
		Contact: &leadline.Contact{
			GivenName:  "Ana",
			FamilyName: fmt.Sprintf("Silva %d", n),
			Email:      fmt.Sprintf("ana%d@acme-%s.example", n, run),
			Title:      "Gerente de Compras",
			Language:   "es",
		},
		Source:     "website",
		Activities: []*leadline.Activity{{Channel: "website", Investment: "high", Response: "contact_me"}},
	}
}

func submit(leads leadline.LeadServiceClient) *leadline.SubmitEnquiryResponse {
	fmt.Println("1. Submit an enquiry")
	request := &leadline.SubmitEnquiryRequest{Enquiry: enquiry(1), RequestId: "example-" + run + "-1"}
	answer := withRetry(leads.SubmitEnquiry, request)
	lead := answer.GetLead()
	expect(lead.GetName() != "", "an enquiry made no lead")
	fmt.Printf("   %s: status %s, %.0f points, the bar is %.0f\n",
		lead.GetName(), lead.GetStatus(), lead.GetScore().GetTotal(), lead.GetScore().GetThreshold())
	for _, clock := range lead.GetSlaClocks() {
		fmt.Printf("   %s is due at %s\n", clock.GetSlaId(), clock.GetDueTime().AsTime().Format(time.RFC3339))
	}
	again := withRetry(leads.SubmitEnquiry, request)
	expect(again.GetReplayed() && again.GetLead().GetName() == lead.GetName(), "the same request_id made another lead")
	fmt.Println("   the same request again: the same lead")
	return answer
}

func why(answer *leadline.SubmitEnquiryResponse) {
	fmt.Println("2. Why")
	for _, decision := range answer.GetDecisions() {
		fmt.Printf("   %s: %s\n", strings.TrimPrefix(decision.GetKind().String(), "DECISION_KIND_"), decision.GetOutcome())
		if decision.GetKind() != leadline.DecisionKind_DECISION_KIND_SCORE {
			continue
		}
		total := 0.0
		for _, reason := range decision.GetReasons() {
			if reason.GetOutcome() == leadline.ReasonOutcome_REASON_OUTCOME_FIRED {
				fmt.Printf("      %s of %s: %+.0f\n", reason.GetRuleId(), reason.GetLayer(), reason.GetPoints())
				total += reason.GetPoints()
			}
		}
		expect(math.Abs(total-answer.GetLead().GetScore().GetTotal()) < 0.01,
			"the points of the rules do not add up to the score")
		fmt.Println("      they add up to the score")
	}
}

func handleErrors(leads leadline.LeadServiceClient, statuses leadline.StatusServiceClient, name string) {
	fmt.Println("3. Errors by type")
	wrong := enquiry(1)
	wrong.Source = ""
	wrong.Contact.Email = "ana at acme"
	err := refusal(leads.SubmitEnquiry, &leadline.SubmitEnquiryRequest{Enquiry: wrong}, codes.InvalidArgument)
	bad, info := detail[*errdetails.BadRequest](err), detail[*errdetails.ErrorInfo](err)
	expect(bad != nil && info != nil, "INVALID_ARGUMENT without BadRequest and ErrorInfo")
	fields := map[string]bool{}
	for _, violation := range bad.GetFieldViolations() {
		fields[violation.GetField()] = true
		fmt.Printf("   %s: %s: %s\n", info.GetReason(), violation.GetField(), violation.GetDescription())
	}
	expect(fields["enquiry.source"] && fields["enquiry.contact.email"], "a field at fault is not named")

	nobody := "leads/00000000-0000-7000-8000-000000000000"
	err = refusal(leads.GetLead, &leadline.GetLeadRequest{Name: nobody}, codes.NotFound)
	resource := detail[*errdetails.ResourceInfo](err)
	expect(resource.GetResourceName() == nobody, "NOT_FOUND does not name the resource")
	fmt.Printf("   NOT_FOUND: %s %s\n", resource.GetResourceType(), resource.GetResourceName())

	err = refusal(statuses.TransitionLead,
		&leadline.TransitionLeadRequest{Name: name, Status: "raw", Reason: "a try"}, codes.FailedPrecondition)
	failure := detail[*errdetails.PreconditionFailure](err)
	expect(len(failure.GetViolations()) > 0, "FAILED_PRECONDITION without PreconditionFailure")
	fmt.Printf("   FAILED_PRECONDITION: %s of %s\n",
		failure.GetViolations()[0].GetType(), failure.GetViolations()[0].GetSubject())

	stale, err := call(leads.GetLead, &leadline.GetLeadRequest{Name: name})
	check(err)
	value := &money.Money{CurrencyCode: "EUR", Units: 25_000, Nanos: 500_000_000}
	change := &leadline.UpdateLeadRequest{
		Lead:       &leadline.Lead{Name: name, Etag: stale.GetEtag(), Value: value},
		UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"value"}},
	}
	changed, err := call(leads.UpdateLead, change)
	check(err)
	expect(proto.Equal(changed.GetValue(), value) && changed.GetEtag() != stale.GetEtag(),
		"UpdateLead does not give the lead as it is now")
	fmt.Printf("   value %s %.2f\n", changed.GetValue().GetCurrencyCode(),
		float64(changed.GetValue().GetUnits())+float64(changed.GetValue().GetNanos())/1e9)
	change.Lead.Value.Units = 30_000
	err = refusal(leads.UpdateLead, change, codes.Aborted) // somebody was faster: we, a moment ago
	info = detail[*errdetails.ErrorInfo](err)
	expect(info.GetReason() == "ETAG_MISMATCH", "ABORTED without the reason ETAG_MISMATCH")
	fresh, err := call(leads.GetLead, &leadline.GetLeadRequest{Name: name})
	check(err)
	change.Lead.Etag = fresh.GetEtag()
	_, err = call(leads.UpdateLead, change)
	check(err)
	fmt.Printf("   ABORTED: %s: read again, then changed\n", info.GetReason())
}

func pages(leads leadline.LeadServiceClient, account string) {
	fmt.Println("4. Pages")
	for n := 2; n <= 5; n++ {
		id := fmt.Sprintf("example-%s-%d", run, n)
		withRetry(leads.SubmitEnquiry, &leadline.SubmitEnquiryRequest{Enquiry: enquiry(n), RequestId: id})
	}
	request := &leadline.ListLeadsRequest{Filter: fmt.Sprintf("account = %q", account), PageSize: 2}
	names := map[string]bool{}
	for {
		page, err := call(leads.ListLeads, request)
		check(err)
		for _, lead := range page.GetLeads() {
			names[lead.GetName()] = true
		}
		fmt.Printf("   a page of %d\n", len(page.GetLeads()))
		request.PageToken = page.GetNextPageToken()
		if request.PageToken == "" { // the only sign of the end: a page may be short
			break
		}
	}
	expect(len(names) == 5, "%d leads of the company in the place of 5", len(names))
	fmt.Printf("   %d leads in all\n", len(names))
}

func watch(leads leadline.LeadServiceClient, name string) {
	fmt.Println("5. Watch events")
	visit := &leadline.Activity{
		ActivityId: "visit-" + run, Lead: name, Channel: "webinar", Investment: "high", Response: "attend",
	}
	_, err := call(leads.RecordActivity, &leadline.RecordActivityRequest{Activity: visit})
	check(err)
	request := &leadline.WatchEventsRequest{Record: name, HeartbeatInterval: durationpb.New(time.Second)}
	var seen int64
	for cutYet := false; ; {
		ctx, cancel := context.WithCancel(context.Background())
		stream, err := leads.WatchEvents(ctx, request)
		for err == nil {
			var message *leadline.WatchEventsResponse
			if message, err = stream.Recv(); err != nil {
				break
			}
			request.ResumeToken = message.GetResumeToken() // of heartbeats, too
			event := message.GetEvent()
			if event == nil {
				continue
			}
			expect(event.GetSequence() == seen+1, "event %d came after event %d", event.GetSequence(), seen)
			seen = event.GetSequence()
			fmt.Printf("   %d: %s\n", seen, told(event))
			if event.GetActivityRecorded().GetActivity().GetActivityId() == visit.GetActivityId() {
				cancel()
				return
			}
			if seen == 2 && !cutYet {
				cutYet = true
				break // as if the connection broke
			}
		}
		cancel()
		if status.Code(err) != codes.Unavailable {
			check(err)
		}
		fmt.Println("   cut: going on with the token")
		time.Sleep(200 * time.Millisecond)
	}
}

// told is one event in words. Kinds that are not known here are passed over: new ones come.
func told(event *leadline.Event) string {
	switch what := event.GetPayload().(type) {
	case *leadline.Event_RecordCreated:
		return "made, from " + what.RecordCreated.GetSource()
	case *leadline.Event_ActivityRecorded:
		activity := what.ActivityRecorded.GetActivity()
		return activity.GetChannel() + "/" + activity.GetInvestment() + "/" + activity.GetResponse()
	case *leadline.Event_DecisionTaken:
		return "decided: " + event.GetDecision().GetOutcome()
	case *leadline.Event_StatusChanged:
		return "status " + what.StatusChanged.GetToStatus()
	case *leadline.Event_ScoreChanged:
		return fmt.Sprintf("%.0f points", what.ScoreChanged.GetScore().GetTotal())
	case *leadline.Event_Assigned:
		return "worked by " + what.Assigned.GetRep()
	case *leadline.Event_FieldsChanged:
		var changes []string
		for _, change := range what.FieldsChanged.GetChanges() {
			changes = append(changes, change.GetField()+" = "+change.GetNewValue())
		}
		return strings.Join(changes, ", ")
	}
	return "something else"
}

func longWork(admin leadline.AdminServiceClient, operations longrunningpb.OperationsClient) {
	fmt.Println("6. Wait for long work")
	// Answers at once; the work goes on without us.
	operation := withRetry(admin.CheckStore, &leadline.CheckStoreRequest{RequestId: "example-" + run + "-check"})
	for !operation.GetDone() { // a timeout is no error: wait again
		operation = withRetry(operations.WaitOperation, &longrunningpb.WaitOperationRequest{
			Name: operation.GetName(), Timeout: durationpb.New(deadline / 2), // the call's own deadline is later
		})
	}
	check(status.FromProto(operation.GetError()).Err()) // with the details that an error of a call has; nil: no error
	store := &leadline.CheckStoreResponse{}
	expect(operation.GetResponse().UnmarshalTo(store) == nil, "the response is of another type than the contract says")
	strange := 0
	for _, region := range store.GetRegions() {
		if !region.GetKnown() {
			strange++
		}
	}
	verdict := "all known"
	if strange > 0 {
		verdict = fmt.Sprintf("%d not known", strange)
	}
	fmt.Printf("   regions in the store: %d, %s\n", len(store.GetRegions()), verdict)
}

func main() {
	address := "127.0.0.1:50151"
	if len(os.Args) > 1 {
		address = os.Args[1]
	}
	channel, err := grpc.NewClient(address, grpc.WithTransportCredentials(insecure.NewCredentials()))
	check(err)
	defer channel.Close()
	leads, statuses := leadline.NewLeadServiceClient(channel), leadline.NewStatusServiceClient(channel)
	answer := submit(leads)
	why(answer)
	handleErrors(leads, statuses, answer.GetLead().GetName())
	pages(leads, answer.GetLead().GetAccount())
	watch(leads, answer.GetLead().GetName())
	longWork(leadline.NewAdminServiceClient(channel), longrunningpb.NewOperationsClient(channel))
	fmt.Println("All was as the contract says.")
}
