//! Leadline from Rust: submit an enquiry, read why it was decided so, handle errors by type, page, watch events, and
//! wait for long work.
//!
//!     usage: leadline-example [host:port]
//!
//! It says what it does. Exit status 0: all was as the contract says; 1: something was not, and the last line says what.

use std::{collections::HashSet, error::Error, future::Future, process::ExitCode, time::Duration};

use prost::Message;
use tokio::time::sleep;
use tonic::{transport::Channel, Code, Request, Response, Status};
use tonic_types::StatusExt;

// What build.rs generated from the contract.
include!(concat!(env!("OUT_DIR"), "/contract.rs"));

use google::longrunning::operation::Result as Ended;
use google::longrunning::operations_client::OperationsClient;
use google::longrunning::WaitOperationRequest;
use google::r#type::Money;
use leadline::v1::admin_service_client::AdminServiceClient;
use leadline::v1::event::Payload;
use leadline::v1::lead_service_client::LeadServiceClient;
use leadline::v1::status_service_client::StatusServiceClient;
use leadline::v1::*;

type Admin = AdminServiceClient<Channel>;
type Leads = LeadServiceClient<Channel>;
type Operations = OperationsClient<Channel>;
type Statuses = StatusServiceClient<Channel>;
type Outcome<T> = Result<T, Box<dyn Error>>;

/// A request with a deadline; every call but a stream has one.
fn timed<T>(message: T) -> Request<T> {
    let mut request = Request::new(message);
    request.set_timeout(Duration::from_secs(10));
    request
}

/// Ends the program with a plain sentence when the server does not do what the contract says.
fn expect(condition: bool, sentence: impl Into<String>) -> Outcome<()> {
    match condition {
        true => Ok(()),
        false => Err(format!("otherwise than the contract says: {}", sentence.into()).into()),
    }
}

/// Gives the error of a call that must have failed with `code`.
fn refusal<T>(result: Result<Response<T>, Status>, code: Code) -> Outcome<Status> {
    let Err(status) = result else {
        return Err(format!("otherwise than the contract says: a call succeeded that must fail with {code:?}").into());
    };
    expect(status.code() == code, format!("{:?} in the place of {code:?}: {}", status.code(), status.message()))?;
    Ok(status)
}

/// Calls again while the server is not available. The request has a request_id, so that it acts once all the same.
async fn with_retry<T, F>(mut call: impl FnMut() -> F) -> Result<T, Status>
where
    F: Future<Output = Result<Response<T>, Status>>,
{
    let mut wait = Duration::from_millis(200);
    for _ in 0..5 {
        match call().await {
            Err(status) if status.code() == Code::Unavailable => {
                // The server may say how long to wait.
                let retry = status.get_details_retry_info().and_then(|info| info.retry_delay);
                let pause = retry.unwrap_or(wait);
                println!("   UNAVAILABLE: trying again in {:.1} s", pause.as_secs_f64());
                sleep(pause).await;
                wait *= 2;
            }
            other => return other.map(Response::into_inner),
        }
    }
    call().await.map(Response::into_inner)
}

/// What a form on a website sends: person `number` of one company asks to be contacted.
fn enquiry(run: &str, number: i32) -> Enquiry {
    Enquiry {
        account: Some(Account {
            display_name: format!("Acme {run}"),
            domain: format!("acme-{run}.example"),
            country: "ES".into(),
            ..Default::default()
        }),
        contact: Some(Contact {
            given_name: "Ana".into(),
            family_name: format!("Silva {number}"),
            email: format!("ana{number}@acme-{run}.example"),
            title: "Gerente de Compras".into(),
            language: "es".into(),
            ..Default::default()
        }),
        source: "website".into(),
        activities: vec![Activity {
            channel: "website".into(),
            investment: "high".into(),
            response: "contact_me".into(),
            ..Default::default()
        }],
        ..Default::default()
    }
}

/// Sends an enquiry until it is taken in. A client is cheap to clone: all clones share the connection.
async fn submit_once(leads: &Leads, run: &str, number: i32) -> Outcome<(SubmitEnquiryResponse, Lead)> {
    let request = SubmitEnquiryRequest {
        enquiry: Some(enquiry(run, number)),
        request_id: format!("example-{run}-{number}"),
        ..Default::default()
    };
    let answer = with_retry(|| {
        let (mut leads, request) = (leads.clone(), timed(request.clone()));
        async move { leads.submit_enquiry(request).await }
    });
    let answer = answer.await?;
    let lead = answer.lead.clone().unwrap_or_default(); // a message field may always be missing here
    expect(!lead.name.is_empty(), "an enquiry made no lead")?;
    Ok((answer, lead))
}

async fn submit(leads: &Leads, run: &str) -> Outcome<(SubmitEnquiryResponse, Lead)> {
    println!("1. Submit an enquiry");
    let (answer, lead) = submit_once(leads, run, 1).await?;
    let score = lead.score.clone().unwrap_or_default();
    println!("   {}: status {}, {:.0} points, the bar is {:.0}", lead.name, lead.status, score.total, score.threshold);
    for clock in &lead.sla_clocks {
        println!("   {} is due at {}", clock.sla_id, clock.due_time.unwrap_or_default());
        // prost writes RFC 3339
    }
    let (again, same) = submit_once(leads, run, 1).await?;
    expect(again.replayed && same.name == lead.name, "the same request_id made another lead")?;
    println!("   the same request again: the same lead");
    Ok((answer, lead))
}

fn why(answer: &SubmitEnquiryResponse, lead: &Lead) -> Outcome<()> {
    println!("2. Why");
    for decision in &answer.decisions {
        // An enum is an i32 in the message, and kind() gives Unspecified for one that is new.
        let kind = decision.kind().as_str_name().trim_start_matches("DECISION_KIND_");
        println!("   {kind}: {}", decision.outcome);
        if decision.kind() != DecisionKind::Score {
            continue;
        }
        let mut total = 0.0;
        for reason in decision.reasons.iter().filter(|reason| reason.outcome() == ReasonOutcome::Fired) {
            println!("      {} of {}: {:+.0}", reason.rule_id, reason.layer, reason.points);
            total += reason.points;
        }
        let score = lead.score.as_ref().map_or(0.0, |score| score.total);
        expect((total - score).abs() < 0.01, "the points of the rules do not add up to the score")?;
        println!("      they add up to the score");
    }
    Ok(())
}

async fn errors(leads: &mut Leads, statuses: &mut Statuses, run: &str, name: &str) -> Outcome<()> {
    println!("3. Errors by type");
    let mut wrong = enquiry(run, 1);
    wrong.source.clear();
    wrong.contact.get_or_insert_default().email = "ana at acme".into();
    let request = SubmitEnquiryRequest { enquiry: Some(wrong), ..Default::default() };
    let status = refusal(leads.submit_enquiry(timed(request)).await, Code::InvalidArgument)?;
    let bad = status.get_details_bad_request().ok_or("INVALID_ARGUMENT without BadRequest")?;
    let info = status.get_details_error_info().ok_or("INVALID_ARGUMENT without ErrorInfo")?;
    for field in ["enquiry.source", "enquiry.contact.email"] {
        expect(bad.field_violations.iter().any(|violation| violation.field == field), format!("{field} is not named"))?;
    }
    for violation in &bad.field_violations {
        println!("   {}: {}: {}", info.reason, violation.field, violation.description);
    }

    let nobody = "leads/00000000-0000-7000-8000-000000000000";
    let result = leads.get_lead(timed(GetLeadRequest { name: nobody.into() })).await;
    let status = refusal(result, Code::NotFound)?;
    let resource = status.get_details_resource_info().ok_or("NOT_FOUND without ResourceInfo")?;
    expect(resource.resource_name == nobody, "NOT_FOUND does not name the resource")?;
    println!("   NOT_FOUND: {} {}", resource.resource_type, resource.resource_name);

    let backwards =
        TransitionLeadRequest { name: name.into(), status: "raw".into(), reason: "a try".into(), ..Default::default() };
    let status = refusal(statuses.transition_lead(timed(backwards)).await, Code::FailedPrecondition)?;
    let failure = status.get_details_precondition_failure();
    let violation = failure.as_ref().and_then(|failure| failure.violations.first());
    let violation = violation.ok_or("FAILED_PRECONDITION without PreconditionFailure")?;
    println!("   FAILED_PRECONDITION: {} of {}", violation.r#type, violation.subject);

    let read = GetLeadRequest { name: name.into() };
    let stale = leads.get_lead(timed(read.clone())).await?.into_inner();
    let value = Money { currency_code: "EUR".into(), units: 25_000, nanos: 500_000_000 };
    let lead = Lead { name: name.into(), etag: stale.etag.clone(), value: Some(value.clone()), ..Default::default() };
    let mask = prost_types::FieldMask { paths: vec!["value".into()] };
    let mut change = UpdateLeadRequest { lead: Some(lead), update_mask: Some(mask), ..Default::default() };
    let changed = leads.update_lead(timed(change.clone())).await?.into_inner();
    let same = changed.value.as_ref() == Some(&value);
    expect(same && changed.etag != stale.etag, "UpdateLead does not give the lead as it is now")?;
    println!("   value {} {:.2}", value.currency_code, value.units as f64 + f64::from(value.nanos) / 1e9);
    change.lead.get_or_insert_default().value = Some(Money { units: 30_000, ..value });
    // Somebody was faster: we, a moment ago.
    let status = refusal(leads.update_lead(timed(change.clone())).await, Code::Aborted)?;
    let info = status.get_details_error_info().ok_or("ABORTED without ErrorInfo")?;
    expect(info.reason == "ETAG_MISMATCH", "ABORTED without the reason ETAG_MISMATCH")?;
    change.lead.get_or_insert_default().etag = leads.get_lead(timed(read)).await?.into_inner().etag;
    leads.update_lead(timed(change)).await?;
    println!("   ABORTED: {}: read again, then changed", info.reason);
    Ok(())
}

async fn pages(leads: &mut Leads, run: &str, account: &str) -> Outcome<()> {
    println!("4. Pages");
    for number in 2..=5 {
        submit_once(leads, run, number).await?;
    }
    let mut names = HashSet::new();
    let mut request =
        ListLeadsRequest { filter: format!("account = \"{account}\""), page_size: 2, ..Default::default() };
    loop {
        let page = leads.list_leads(timed(request.clone())).await?.into_inner();
        println!("   a page of {}", page.leads.len());
        names.extend(page.leads.into_iter().map(|lead| lead.name));
        request.page_token = page.next_page_token;
        if request.page_token.is_empty() {
            break; // the only sign of the end: a page may be short
        }
    }
    expect(names.len() == 5, format!("{} leads of the company in the place of 5", names.len()))?;
    println!("   {} leads in all", names.len());
    Ok(())
}

async fn watch(leads: &mut Leads, run: &str, name: &str) -> Outcome<()> {
    println!("5. Watch events");
    let visit = Activity {
        activity_id: format!("visit-{run}"),
        lead: name.into(),
        channel: "webinar".into(),
        investment: "high".into(),
        response: "attend".into(),
        ..Default::default()
    };
    let record = RecordActivityRequest { activity: Some(visit.clone()), ..Default::default() };
    leads.record_activity(timed(record)).await?;
    let mut request = WatchEventsRequest {
        record: name.into(),
        heartbeat_interval: Some(prost_types::Duration { seconds: 1, nanos: 0 }),
        ..Default::default()
    };
    let (mut seen, mut cut_yet) = (0, false);
    loop {
        let mut stream = leads.watch_events(request.clone()).await?.into_inner();
        loop {
            let message = match stream.message().await {
                Ok(Some(message)) => message,
                Err(status) if status.code() != Code::Unavailable => return Err(status.into()),
                _ => break,
            };
            request.resume_token = message.resume_token; // of heartbeats, too
            let Some(event) = message.event else { continue };
            expect(event.sequence == seen + 1, format!("event {} came after event {seen}", event.sequence))?;
            seen = event.sequence;
            println!("   {seen}: {}", told(&event));
            if let Some(Payload::ActivityRecorded(ActivityRecorded { activity: Some(activity) })) = &event.payload {
                if activity.activity_id == visit.activity_id {
                    return Ok(()); // dropping the stream ends the call
                }
            }
            if seen == 2 && !cut_yet {
                cut_yet = true;
                break; // as if the connection broke
            }
        }
        println!("   cut: going on with the token");
        sleep(Duration::from_millis(200)).await;
    }
}

/// One event in words. Kinds that are not known here are passed over: new ones come.
fn told(event: &Event) -> String {
    match &event.payload {
        Some(Payload::RecordCreated(created)) => format!("made, from {}", created.source),
        Some(Payload::ActivityRecorded(recorded)) => {
            let activity = recorded.activity.clone().unwrap_or_default();
            format!("{}/{}/{}", activity.channel, activity.investment, activity.response)
        }
        Some(Payload::DecisionTaken(_)) => {
            format!("decided: {}", event.decision.as_ref().map_or("", |decision| &decision.outcome))
        }
        Some(Payload::StatusChanged(changed)) => format!("status {}", changed.to_status),
        Some(Payload::ScoreChanged(changed)) => {
            format!("{:.0} points", changed.score.as_ref().map_or(0.0, |score| score.total))
        }
        Some(Payload::Assigned(assigned)) => format!("worked by {}", assigned.rep),
        Some(Payload::FieldsChanged(changed)) => {
            let changes: Vec<_> = changed.changes.iter().map(|c| format!("{} = {}", c.field, c.new_value)).collect();
            changes.join(", ")
        }
        _ => "something else".into(),
    }
}

async fn long_work(admin: Admin, operations: Operations, run: &str) -> Outcome<()> {
    println!("6. Wait for long work");
    let request = CheckStoreRequest { request_id: format!("example-{run}-check"), ..Default::default() };
    let start = with_retry(|| {
        let (mut admin, request) = (admin.clone(), timed(request.clone()));
        async move { admin.check_store(request).await }
    });
    let mut operation = start.await?; // comes at once; the work goes on without us
    let timeout = prost_types::Duration { seconds: 5, nanos: 0 }; // the call's own deadline is later
    let wait = WaitOperationRequest { name: operation.name.clone(), timeout: Some(timeout) };
    while !operation.done {
        let look = with_retry(|| {
            let (mut operations, wait) = (operations.clone(), timed(wait.clone()));
            async move { operations.wait_operation(wait).await }
        });
        operation = look.await?; // a timeout is no error: wait again
    }
    let store = match operation.result {
        Some(Ended::Response(any)) => CheckStoreResponse::decode(any.value.as_slice())?,
        // google.rpc.Status, with the details that an error of a call has.
        Some(Ended::Error(error)) => return Err(Status::new(Code::from(error.code), error.message).into()),
        None => return Err("otherwise than the contract says: an operation ended with nothing".into()),
    };
    let strange = store.regions.iter().filter(|region| !region.known).count();
    let verdict = if strange > 0 { format!("{strange} not known") } else { "all known".into() };
    println!("   regions in the store: {}, {verdict}", store.regions.len());
    Ok(())
}

async fn run(address: &str) -> Outcome<()> {
    let channel = Channel::from_shared(format!("http://{address}"))?.connect_lazy();
    let mut leads = LeadServiceClient::new(channel.clone());
    let mut statuses = StatusServiceClient::new(channel.clone());
    let run = uuid::Uuid::new_v4().simple().to_string()[..8].to_string(); // makes names of this run its own
    let (answer, lead) = submit(&leads, &run).await?;
    why(&answer, &lead)?;
    errors(&mut leads, &mut statuses, &run, &lead.name).await?;
    pages(&mut leads, &run, &lead.account).await?;
    watch(&mut leads, &run, &lead.name).await?;
    long_work(AdminServiceClient::new(channel.clone()), OperationsClient::new(channel), &run).await?;
    println!("All was as the contract says.");
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let address = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:50151".into());
    match run(&address).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            match error.downcast_ref::<Status>() {
                Some(status) => eprintln!("a call failed that must not: {:?}: {}", status.code(), status.message()),
                None => eprintln!("{error}"),
            }
            ExitCode::FAILURE
        }
    }
}
