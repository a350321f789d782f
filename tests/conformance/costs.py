"""What each call costs the server, in words: for the page. Every call has one."""

from __future__ import annotations

import re

_ONE_WRITE = "One transaction, which is durable when the call is answered. Decided beside the writer."
_COSTS = [
    (r"SubmitEnquiry|RecordActivity", _ONE_WRITE + " Reads what is known of the person and the company, and asks the "
     "plugins that the packs name."),
    (r"BatchSubmitEnquiries|BatchRecordActivities|BatchReassignLeads",
     "A transaction for each item, some at the same time; those that wait together share a flush to disk."),
    (r"ImportLeads", "A transaction for each row, some at the same time. Gives way to calls that somebody waits for."),
    (r"Get(Lead|Contact|Account|Rep|Queue|Merge)|GetEntity", "Reads one record and what belongs to it."),
    (r"BatchGet\w+", "Reads each record that is named."),
    (r"List(Leads|Contacts|Accounts)", "Reads a page from an index, however much is stored; other terms look at 20,000 "
     "records at most. The first page may count up to 20,000 for `total_size`."),
    (r"ListOverdue", "Reads a page from an index."),
    (r"ListMerges", "Reads a page from an index, and passes over what was undone: 20,000 merges at most."),
    (r"ListReps|ListPacks|GetSnapshot", "Answered from memory, and a row for each rep."),
    (r"ListPlugins", "Answered from memory; the trust policy is read from its file."),
    (r"ListQueues", "Counts what waits in the queues."),
    (r"ListWebhookDeliveries", "Counts all deliveries, and reads a page of them."),
    (r"ReplayWebhookDeliveries", "One transaction in the writer."),
    (r"GetTimeline", "Reads a page of one record's history. DECISION_VIEW_FULL decides each decision again."),
    (r"GetStatusHistory", "Reads one record's history."),
    (r"ExplainLead", "Decides the lead anew and evaluates each part of each rule: some milliseconds."),
    (r"WatchEvents", "A stream costs some 20 KB while nothing happens, and no thread. What happens is read and encoded "
     "once for all who watch. DECISION_VIEW_FULL decides each decision again for each stream: two streams at a time."),
    (r"Score|BatchScore", "Decides in memory and writes nothing; plugins are asked."),
    (r"ScoreLead|PreviewRoute", "Reads one lead, and decides in memory."),
    (r"FindDuplicates", "Reads the records that share a blocking key: 1,000 a key at most."),
    (r"(Update|Transition|Accept|Reject|Route|Reassign|AddLead|RemoveLead)\w+|RecordDisposition|SetAvailability|PlanAbsences",
     _ONE_WRITE),
    (r"SplitLead", "One transaction about both leads. A row for each activity that is repeated, 1,000 at most."),
    (r"MergeRecords|UndoMerge", "One transaction in the writer over both records and what belongs to them."),
    (r"EraseContact", "One transaction in the writer over the person's whole history: other changes wait meanwhile."),
    (r"GetFunnel|GetVelocity|GetSlaCompliance|GetFeedback", "Reads the sums of the groups and the time asked for, however many "
     "records there are; with limits or dimensions of which no sums are kept, all records or clocks of the time. Two "
     "reports at a time, on threads of their own."),
    (r"GetFlow|GetPipeline", "Reads the sums of the groups and the time asked for, however many records there are."),
    (r"ListReportRecords", "Looks at 2,000 records at most."),
    (r"GetFairness", "Reads all records of the time asked for. Two reports at a time, on threads of their own; it ends "
     "when nobody waits for it any more."),
    (r"ValidatePack|ProposePack", "A check in a process of its own, with limits of memory and time: seconds. Two at a "
     "time."),
    (r"DiffPack", "A check, then two decisions for each lead. Two comparisons at a time."),
    (r"ActivatePack", "A check where the same packs were not checked before; then leads are scored again in the "
     "background, some hundreds a second."),
    (r"ApprovePack|RollbackPack|StopTrial", "One transaction. What it changes for leads is decided in the background."),
    (r"GetRollout", "Reads one row; a trial's counts are in memory."),
    (r"LoadPlugin|ReloadPlugin", "Starts the plugin's processes and tries it on smoke records. One at a time."),
    (r"CheckStore", "Reads every lead. One at a time."),
    (r"RemapStatuses", "A transaction for each record that is moved. Gives way to calls that somebody waits for."),
    (r"(Get|Delete|Cancel)Operation", "One row."),
    (r"ListOperations", "A row for each operation; a filter looks at all that are kept, 1,000 and a few."),
    (r"WaitOperation", "No thread while it waits."),
]


def of(method: str) -> str:
    found = [text for pattern, text in _COSTS if re.fullmatch(pattern, method)]
    if len(found) != 1:
        raise ValueError(f"{method}: costs.py says {len(found)} times what it costs, not once")
    return found[0]
