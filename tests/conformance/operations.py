"""google.longrunning.Operations as Leadline serves it: its comments in our own words, since the contract is another's."""

from __future__ import annotations

OPERATIONS = "google.longrunning.Operations"
OPERATION = "google.longrunning.Operation"
WAIT = f"/{OPERATIONS}/WaitOperation"

_NAME = "`operations/{operation}`. Required."
COMMENTS = {
    OPERATIONS: "Long work: how far it is, what it came to, and its end before its time. Calls that start it are in the "
                "services above; see [Long work](#long-work).",
    f"{OPERATIONS}.ListOperations":
        "Operations, the newest first. Those that have ended are kept for 30 days, and 1000 of them at most.\n\n"
        "Errors: INVALID_ARGUMENT: the filter has another term than those that its field names.",
    f"{OPERATIONS}.GetOperation":
        "One operation as it is now.\n\nErrors: NOT_FOUND: there is none of that name.",
    f"{OPERATIONS}.DeleteOperation":
        "Forgets an operation that has ended. What it changed stays.\n\nErrors: NOT_FOUND: there is none of that name. "
        "FAILED_PRECONDITION OPERATION_RUNS: it has not ended; cancel it first.",
    f"{OPERATIONS}.CancelOperation":
        "Asks for an operation's end. What waits for its turn ends at once; what runs ends as soon as it can, with the "
        "error CANCELLED, or with its result where that is there first. Nothing happens to an operation that has ended."
        "\n\nErrors: NOT_FOUND: there is none of that name.",
    f"{OPERATIONS}.WaitOperation":
        "Answers as soon as the operation has ended, or with how far it is when the timeout passes. A call that waits "
        "costs the server no thread.\n\nErrors: NOT_FOUND: there is none of that name. INVALID_ARGUMENT: the timeout is "
        "negative.",
    "google.longrunning.ListOperationsRequest.name": "`operations`, or empty.",
    "google.longrunning.ListOperationsRequest.filter":
        "`done = true`, `done = false`, `metadata.method = DiffPack`; joined with AND. At most 4 KiB.",
    "google.longrunning.ListOperationsRequest.page_size":
        "At most so many. 0 means 50; at most 1000. A page ends before about 3 MiB.",
    "google.longrunning.ListOperationsRequest.page_token": "From an earlier answer with the same filter.",
    "google.longrunning.ListOperationsResponse.operations": "Newest first.",
    "google.longrunning.ListOperationsResponse.next_page_token": "Of the next page; empty on the last.",
    "google.longrunning.GetOperationRequest.name": _NAME,
    "google.longrunning.DeleteOperationRequest.name": _NAME,
    "google.longrunning.CancelOperationRequest.name": _NAME,
    "google.longrunning.WaitOperationRequest.name": _NAME,
    "google.longrunning.WaitOperationRequest.timeout":
        "How long to wait at most. Absent: ten minutes, which is also the most. The call's own deadline should be later.",
    OPERATION: "A piece of long work.",
    f"{OPERATION}.name": "`operations/{operation}`.",
    f"{OPERATION}.metadata": "An [OperationMetadata](#operationmetadata): who asked for what and when, and how far it is.",
    f"{OPERATION}.done": "Whether it has ended; then it has an error or a response.",
    f"{OPERATION}.error": "Why it failed: code, message and details are those of an [error](#errors) of a call.",
    f"{OPERATION}.response": "What it came to: the message that the call which started it names.",
}
