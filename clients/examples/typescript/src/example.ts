// Leadline from TypeScript: submit an enquiry, read why it was decided so, handle errors by type, page, watch events,
// and wait for long work.
//
//   usage: node example.js [host:port]
//
// It says what it does. Exit status 0: all was as the contract says; 1: something was not, and the last line says what.

import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { create, equals, type DescMessage, type MessageInitShape, type MessageShape } from "@bufbuild/protobuf";
import { anyUnpack, durationFromMs, durationMs, timestampDate } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError, createClient, type CallOptions, type Client } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import { Operations } from "../gen/google/longrunning/operations_pb.js";
import { BadRequestSchema, ErrorInfoSchema, PreconditionFailureSchema } from "../gen/google/rpc/error_details_pb.js";
import { ResourceInfoSchema, RetryInfoSchema } from "../gen/google/rpc/error_details_pb.js";
import { MoneySchema } from "../gen/google/type/money_pb.js";
import { AdminService, CheckStoreResponseSchema } from "../gen/leadline/v1/admin_service_pb.js";
import { DecisionKind, ReasonOutcome } from "../gen/leadline/v1/decisions_pb.js";
import { type Event } from "../gen/leadline/v1/events_pb.js";
import { EnquirySchema, LeadService, SubmitEnquiryRequestSchema } from "../gen/leadline/v1/lead_service_pb.js";
import { UpdateLeadRequestSchema, WatchEventsRequestSchema } from "../gen/leadline/v1/lead_service_pb.js";
import { type Enquiry, type SubmitEnquiryResponse } from "../gen/leadline/v1/lead_service_pb.js";
import { StatusService } from "../gen/leadline/v1/status_service_pb.js";

const deadline: CallOptions = { timeoutMs: 10_000 }; // on every call that is not a stream
const run = randomUUID().slice(0, 8); // makes names of this run its own

class OtherwiseError extends Error {}

/** Ends the program with a plain sentence when the server does not do what the contract says. */
function expect(condition: unknown, sentence: string): asserts condition {
  if (!condition) throw new OtherwiseError(sentence);
}

/** The google.rpc detail of a type that an error carries. Programs act on these, never on the text. */
function detail<T extends DescMessage>(error: ConnectError, schema: T): MessageShape<T> | undefined {
  return error.findDetails(schema)[0];
}

/** The code as other languages write it: this one has FailedPrecondition for FAILED_PRECONDITION. */
function codeName(code: Code): string {
  return Code[code].replace(/(?<=.)(?=[A-Z])/g, "_").toUpperCase();
}

/** Makes a call that must fail with `code`, and gives its error. */
async function refusal(call: Promise<unknown>, code: Code): Promise<ConnectError> {
  const error = await call.then(
    () => expect(false, `a call succeeded that must fail with ${codeName(code)}`),
    (reason) => ConnectError.from(reason),
  );
  expect(error instanceof ConnectError, "no error");
  expect(error.code === code, `${codeName(error.code)} in the place of ${codeName(code)}: ${error.rawMessage}`);
  return error;
}

/** Calls again while the server is not available. The request has a requestId, so that it acts once all the same. */
async function withRetry<A>(call: () => Promise<A>): Promise<A> {
  for (let tries = 1, wait = 200; ; tries++, wait *= 2) {
    try {
      return await call();
    } catch (reason) {
      const error = ConnectError.from(reason);
      if (error.code !== Code.Unavailable || tries === 6) throw error;
      const retry = detail(error, RetryInfoSchema); // the server may say how long to wait
      const pause = retry?.retryDelay ? durationMs(retry.retryDelay) : wait;
      console.log(`   UNAVAILABLE: trying again in ${(pause / 1000).toFixed(1)} s`);
      await sleep(pause);
    }
  }
}

/** What a form on a website sends: person `number` of one company asks to be contacted. */
function enquiry(number: number): Enquiry {
  return create(EnquirySchema, {
    account: { displayName: `Acme ${run}`, domain: `acme-${run}.example`, country: "ES" },
    contact: {
      givenName: "Ana",
      familyName: `Silva ${number}`,
      email: `ana${number}@acme-${run}.example`,
      title: "Gerente de Compras",
      language: "es",
    },
    source: "website",
    activities: [{ channel: "website", investment: "high", response: "contact_me" }],
  });
}

type Leads = Client<typeof LeadService>;
type Statuses = Client<typeof StatusService>;

async function submit(leads: Leads): Promise<SubmitEnquiryResponse> {
  console.log("1. Submit an enquiry");
  const request = create(SubmitEnquiryRequestSchema, { enquiry: enquiry(1), requestId: `example-${run}-1` });
  const answer = await withRetry(() => leads.submitEnquiry(request, deadline));
  const lead = answer.lead; // a message field may always be missing here
  expect(lead?.score, "an enquiry made no lead with a score");
  console.log(
    `   ${lead.name}: status ${lead.status}, ${lead.score.total.toFixed(0)} points, ` +
      `the bar is ${lead.score.threshold.toFixed(0)}`,
  );
  for (const clock of lead.slaClocks) {
    expect(clock.dueTime, "a service level is due at no time");
    console.log(`   ${clock.slaId} is due at ${timestampDate(clock.dueTime).toISOString().replace(".000Z", "Z")}`);
  }
  const again = await withRetry(() => leads.submitEnquiry(request, deadline));
  expect(again.replayed && again.lead?.name === lead.name, "the same request_id made another lead");
  console.log("   the same request again: the same lead");
  return answer;
}

function why(answer: SubmitEnquiryResponse): void {
  console.log("2. Why");
  for (const decision of answer.decisions) {
    console.log(`   ${DecisionKind[decision.kind]}: ${decision.outcome}`); // undefined for a kind that is new
    if (decision.kind !== DecisionKind.SCORE) continue;
    const fired = decision.reasons.filter((reason) => reason.outcome === ReasonOutcome.FIRED);
    for (const { ruleId, layer, points } of fired) {
      console.log(`      ${ruleId} of ${layer}: ${points < 0 ? "" : "+"}${points.toFixed(0)}`);
    }
    const total = fired.reduce((sum, reason) => sum + reason.points, 0);
    expect(Math.abs(total - (answer.lead?.score?.total ?? 0)) < 0.01, "the points do not add up to the score");
    console.log("      they add up to the score");
  }
}

async function errors(leads: Leads, statuses: Statuses, name: string): Promise<void> {
  console.log("3. Errors by type");
  const wrong = enquiry(1);
  wrong.source = "";
  wrong.contact!.email = "ana at acme";
  let error = await refusal(leads.submitEnquiry({ enquiry: wrong }, deadline), Code.InvalidArgument);
  const bad = detail(error, BadRequestSchema);
  let info = detail(error, ErrorInfoSchema);
  expect(bad && info, "INVALID_ARGUMENT without BadRequest and ErrorInfo");
  const fields = bad.fieldViolations.map((violation) => violation.field);
  expect(
    fields.includes("enquiry.source") && fields.includes("enquiry.contact.email"),
    "a field at fault is not named",
  );
  for (const violation of bad.fieldViolations) {
    console.log(`   ${info.reason}: ${violation.field}: ${violation.description}`);
  }

  const nobody = "leads/00000000-0000-7000-8000-000000000000";
  error = await refusal(leads.getLead({ name: nobody }, deadline), Code.NotFound);
  const resource = detail(error, ResourceInfoSchema);
  expect(resource?.resourceName === nobody, "NOT_FOUND does not name the resource");
  console.log(`   NOT_FOUND: ${resource.resourceType} ${resource.resourceName}`);

  const backwards = statuses.transitionLead({ name, status: "raw", reason: "a try" }, deadline);
  error = await refusal(backwards, Code.FailedPrecondition);
  const violation = detail(error, PreconditionFailureSchema)?.violations[0];
  expect(violation, "FAILED_PRECONDITION without PreconditionFailure");
  console.log(`   FAILED_PRECONDITION: ${violation.type} of ${violation.subject}`);

  const stale = await leads.getLead({ name }, deadline);
  const value = create(MoneySchema, { currencyCode: "EUR", units: 25_000n, nanos: 500_000_000 }); // units is a bigint
  const change = create(UpdateLeadRequestSchema, {
    lead: { name, etag: stale.etag, value },
    updateMask: { paths: ["value"] }, // names as in the .proto files
  });
  const changed = await leads.updateLead(change, deadline);
  expect(
    changed.value && equals(MoneySchema, changed.value, value) && changed.etag !== stale.etag,
    "UpdateLead does not give the lead as it is now",
  );
  const amount = Number(changed.value.units) + changed.value.nanos / 1e9;
  console.log(`   value ${changed.value.currencyCode} ${amount.toFixed(2)}`);
  value.units = 30_000n; // create() took the message as it is, not a copy
  error = await refusal(leads.updateLead(change, deadline), Code.Aborted); // somebody was faster: we, a moment ago
  info = detail(error, ErrorInfoSchema);
  expect(info?.reason === "ETAG_MISMATCH", "ABORTED without the reason ETAG_MISMATCH");
  change.lead!.etag = (await leads.getLead({ name }, deadline)).etag;
  await leads.updateLead(change, deadline);
  console.log(`   ABORTED: ${info.reason}: read again, then changed`);
}

async function pages(leads: Leads, account: string): Promise<void> {
  console.log("4. Pages");
  for (const number of [2, 3, 4, 5]) {
    const request = { enquiry: enquiry(number), requestId: `example-${run}-${number}` };
    await withRetry(() => leads.submitEnquiry(request, deadline));
  }
  const names = new Set<string>();
  let pageToken = "";
  do {
    const page = await leads.listLeads({ filter: `account = "${account}"`, pageSize: 2, pageToken }, deadline);
    for (const lead of page.leads) names.add(lead.name);
    console.log(`   a page of ${page.leads.length}`);
    pageToken = page.nextPageToken;
  } while (pageToken !== ""); // the only sign of the end: a page may be short
  expect(names.size === 5, `${names.size} leads of the company in the place of 5`);
  console.log(`   ${names.size} leads in all`);
}

async function watch(leads: Leads, lead: string): Promise<void> {
  console.log("5. Watch events");
  const activityId = `visit-${run}`;
  const activity = { activityId, lead, channel: "webinar", investment: "high", response: "attend" };
  await leads.recordActivity({ activity }, deadline);
  const request = create(WatchEventsRequestSchema, { record: lead, heartbeatInterval: { seconds: 1n } });
  let seen = 0n;
  let cutYet = false;
  for (;;) {
    try {
      for await (const { event, resumeToken } of leads.watchEvents(request)) {
        request.resumeToken = resumeToken; // of heartbeats, too
        if (!event) continue;
        expect(event.sequence === seen + 1n, `event ${event.sequence} came after event ${seen}`);
        seen = event.sequence;
        console.log(`   ${seen}: ${told(event)}`);
        const { payload } = event;
        if (payload.case === "activityRecorded" && payload.value.activity?.activityId === activityId) return;
        if (seen === 2n && !cutYet) {
          cutYet = true;
          break; // as if the connection broke; leaving the loop ends the call
        }
      }
    } catch (reason) {
      const error = ConnectError.from(reason);
      if (reason instanceof OtherwiseError || error.code !== Code.Unavailable) throw reason;
    }
    console.log("   cut: going on with the token");
    await sleep(200);
  }
}

/** One event in words. Kinds that are not known here are passed over: new ones come. */
function told({ decision, payload }: Event): string {
  switch (payload.case) {
    case "recordCreated":
      return `made, from ${payload.value.source}`;
    case "activityRecorded": {
      const activity = payload.value.activity;
      return `${activity?.channel}/${activity?.investment}/${activity?.response}`;
    }
    case "decisionTaken":
      return `decided: ${decision?.outcome}`;
    case "statusChanged":
      return `status ${payload.value.toStatus}`;
    case "scoreChanged":
      return `${(payload.value.score?.total ?? 0).toFixed(0)} points`;
    case "assigned":
      return `worked by ${payload.value.rep}`;
    case "fieldsChanged":
      return payload.value.changes.map((change) => `${change.field} = ${change.newValue}`).join(", ");
    default:
      return "something else";
  }
}

async function longWork(admin: Client<typeof AdminService>, operations: Client<typeof Operations>): Promise<void> {
  console.log("6. Wait for long work");
  // Answers at once; the work goes on without us.
  let operation = await withRetry(() => admin.checkStore({ requestId: `example-${run}-check` }, deadline));
  const wait = { name: operation.name, timeout: durationFromMs(5_000) }; // the call's own deadline is later
  while (!operation.done) {
    operation = await withRetry(() => operations.waitOperation(wait, deadline)); // a timeout is no error: wait again
  }
  const { result } = operation; // an error is google.rpc.Status, with the details that an error of a call has
  if (result.case === "error") throw new ConnectError(result.value.message, result.value.code);
  const store = result.value && anyUnpack(result.value, CheckStoreResponseSchema);
  expect(store, "the response is of another type than the contract says");
  const strange = store.regions.filter((region) => !region.known).length;
  console.log(`   regions in the store: ${store.regions.length}, ${strange > 0 ? `${strange} not known` : "all known"}`);
}

const transport = createGrpcTransport({ baseUrl: `http://${process.argv[2] ?? "127.0.0.1:50151"}` });
const leads = createClient(LeadService, transport);
try {
  const answer = await submit(leads);
  why(answer);
  await errors(leads, createClient(StatusService, transport), answer.lead!.name);
  await pages(leads, answer.lead!.account);
  await watch(leads, answer.lead!.name);
  await longWork(createClient(AdminService, transport), createClient(Operations, transport));
  console.log("All was as the contract says.");
  process.exit(0); // the connection would keep the program up for a while
} catch (reason) {
  if (reason instanceof OtherwiseError) console.error(`otherwise than the contract says: ${reason.message}`);
  else console.error(`a call failed that must not: ${ConnectError.from(reason).message}`);
  process.exit(1);
}
