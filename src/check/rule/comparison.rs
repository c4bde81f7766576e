//! Rules of several answers, and of an answer beside its request or its review.

use crate::check::observed::{LineChange, Observed, Review, Sketch};
use crate::check::promise::Promise;
use crate::check::rule::entry::{About, Entry, Family};
use crate::level::Level;

const IDENTITY: &[Family] = &[Family::Identity];
const PARITY: &[Family] = &[Family::Parity];

pub(super) const OTHER_RESOURCE: Entry = Entry {
    id: "other-resource",
    about: About::Answer,
    families: IDENTITY,
    level: Level::Deny,
    reason: "A client shows, or overwrites, somebody else's data under the id that it asked for.",
    reference: "RFC 9110, 9.3.1 (GET); `[[identity]]` of the profile",
    kept: "GET crm/contact/1234 -> {\"ID\": 1234}",
    broken: "GET crm/contact/1234 -> {\"ID\": 1235}",
    message: || (Promise::AskedId, Observed::OtherId),
};

pub(super) const UNIDENTIFIED: Entry = Entry {
    id: "unidentified",
    about: About::Answer,
    families: IDENTITY,
    level: Level::Warn,
    reason: "Without its id nobody knows whether the answer holds the resource that was asked for, or another one.",
    reference: "`[[identity]]` of the profile; docs/cases.md",
    kept: "GET of the id 1234 -> {\"ID\": 1234, \"Name\": \"Lee\"}",
    broken: "GET of the id 1234 -> {\"Name\": \"Lee\"}, where ID may be missing",
    message: || (Promise::AskedId, Observed::Nothing),
};

pub(super) const DROPPED: Entry = Entry {
    id: "dropped",
    about: About::Answer,
    families: IDENTITY,
    level: Level::Deny,
    reason: "The second item of a request is where servers lose one: the client believes that all were linked.",
    reference: "Returns of the page; `[[identity]]` of the profile",
    kept: "contactid=1234,1235 -> [{\"ID\": 1234}, {\"ID\": 1235}]",
    broken: "contactid=1234,1235 -> [{\"ID\": 1234}]",
    message: || (Promise::AllAsked(2), Observed::MissingResources(1)),
};

pub(super) const PART: Entry = Entry {
    id: "part",
    about: About::Answer,
    families: IDENTITY,
    level: Level::Warn,
    reason: "A portal may answer in parts, and says so; a client that does not ask for the next part takes what it has for all.",
    reference: "`tells` of the profile's envelope",
    kept: "contactid=1234,1235 -> [{\"ID\": 1234}, {\"ID\": 1235}]",
    broken: "contactid=1234,1235 -> [{\"ID\": 1234}], \"total\": 2, \"nextIndex\": 2",
    message: || (Promise::AllAsked(2), Observed::MissingResources(1)),
};

pub(super) const ADDED: Entry = Entry {
    id: "added",
    about: About::Answer,
    families: IDENTITY,
    level: Level::Deny,
    reason: "A client takes what it did not ask for as part of the answer, and shows or links it.",
    reference: "Returns of the page; `[[identity]]` of the profile",
    kept: "contactid=1234 -> [{\"ID\": 1234}]",
    broken: "contactid=1234 -> [{\"ID\": 1234}, {\"ID\": 99}]",
    message: || (Promise::AskedIds, Observed::OtherId),
};

pub(super) const DOUBLED: Entry = Entry {
    id: "doubled",
    about: About::Answer,
    families: IDENTITY,
    level: Level::Deny,
    reason: "Lists and tables with the id as their key fail on the second one, sums count it twice.",
    reference: "Returns of the page; `[[identity]]` of the profile",
    kept: "contactid=1234 -> [{\"ID\": 1234}]",
    broken: "contactid=1234 -> [{\"ID\": 1234}, {\"ID\": 1234}]",
    message: || (Promise::EachOnce, Observed::SameAgain),
};

pub(super) const NOT_KEPT: Entry = Entry {
    id: "not-kept",
    about: About::Answer,
    families: IDENTITY,
    level: Level::Deny,
    reason: "The client was told that it is done, and nobody will do it again.",
    reference: "RFC 9110, 15.3.1 and 15.3.2; `[[effect]]` of the profile, or the documented read by the id that a POST answers",
    kept: "POST crm/contact/project/1 of contact 1234, then GET crm/contact/project/1 -> [{\"ID\": 1234}]",
    broken: "POST crm/contact/project/1 of contact 1234, then GET crm/contact/project/1 -> []",
    message: || (Promise::Kept(1), Observed::MissingResources(1)),
};

pub(super) const NOT_DELETED: Entry = Entry {
    id: "not-deleted",
    about: About::Answer,
    families: IDENTITY,
    level: Level::Deny,
    reason: "Who deleted it was told that it is gone, and others still have it. Nothing is told of one that is late (202, or a read that shows it in the end), or that reads otherwise than before: what is archived may still be read.",
    reference: "RFC 9110, 9.3.5",
    kept: "DELETE crm/contact/1234 -> 204\nGET crm/contact/1234 -> 404",
    broken: "GET crm/contact/1234 -> {\"ID\": 1234}\nDELETE crm/contact/1234 -> 204\nGET crm/contact/1234 -> {\"ID\": 1234}",
    message: || (Promise::Deleted, Observed::StillThere),
};

pub(super) const NOT_WRITTEN: Entry = Entry {
    id: "not-written",
    about: About::Answer,
    families: IDENTITY,
    level: Level::Warn,
    reason: "The client was told that its change is kept, and the next read shows what was there before it. Nothing is told of one that is late (202, or a read that shows it in the end), or that changes any of what was sent. A remark, as a portal may take what it is sent for what it has: a colour by another name, or a member that it leaves alone.",
    reference: "RFC 9110, 9.3.4 and 15.3.3; RFC 5789, 2",
    kept: "GET crm/contact/1234 -> {\"Title\": \"a\"}\nPUT crm/contact/1234 of {\"Title\": \"b\"} -> 200\nGET crm/contact/1234 -> {\"Title\": \"b\"}",
    broken: "GET crm/contact/1234 -> {\"Title\": \"a\"}\nPUT crm/contact/1234 of {\"Title\": \"b\"} -> 200\nGET crm/contact/1234 -> {\"Title\": \"a\"}",
    message: || (Promise::Written, Observed::Unwritten(1)),
};

pub(super) const KEPT_TWICE: Entry = Entry {
    id: "kept-twice",
    about: About::Answer,
    families: IDENTITY,
    level: Level::Deny,
    reason: "Whoever counts or sums up the list has it wrong, and what is taken out of it once is still there.",
    reference: "`[[repeatable]]` and `[[effect]]` of the profile",
    kept: "POST crm/contact/project/1 of contact 1234, then GET crm/contact/project/1 -> [{\"ID\": 1234}]",
    broken: "POST crm/contact/project/1 of contact 1234, then GET crm/contact/project/1 -> [{\"ID\": 1234}, {\"ID\": 1234}]",
    message: || (Promise::EachOnce, Observed::SameAgain),
};

pub(super) const OTHERS_LOST: Entry = Entry {
    id: "others-lost",
    about: About::Answer,
    families: IDENTITY,
    level: Level::Deny,
    reason: "A client that adds one thing has deleted all others, and nobody is told.",
    reference: "`[[effect]]` of the profile",
    kept: "GET crm/contact/project/1 -> [{\"ID\": 9}], and [{\"ID\": 9}, {\"ID\": 1234}] after the POST of 1234",
    broken: "GET crm/contact/project/1 -> [{\"ID\": 9}], and [{\"ID\": 1234}] after the POST of 1234",
    message: || (Promise::OthersKept, Observed::MissingResources(1)),
};

pub(super) const REFUSED_KEPT: Entry = Entry {
    id: "refused-kept",
    about: About::Answer,
    families: &[Family::Identity, Family::Refusal],
    level: Level::Deny,
    reason: "Who may not write has written, and neither side knows of it.",
    reference: "RFC 9110, 15.5.2; `[[effect]]` of the profile, or reads at the same path",
    kept: "POST crm/contact/project/1 of contact 1234 without a token -> 401, then GET crm/contact/project/1 -> []",
    broken: "POST crm/contact/project/1 of contact 1234 without a token -> 401, then GET crm/contact/project/1 -> [{\"ID\": 1234}]",
    message: || (Promise::NoEffect, Observed::Kept(1)),
};

pub(super) const UNLIKE_READ: Entry = Entry {
    id: "unlike-read",
    about: About::Answer,
    families: IDENTITY,
    level: Level::Deny,
    reason: "Two ways to one resource tell two stories; a client that keeps the first one works with wrong data.",
    reference: "Returns of both pages (one type)",
    kept: "GET crm/contact/1234 -> {\"ID\": 1234, \"Tags\": [\"a\"]}\nPOST crm/contact/project/1 -> [{\"ID\": 1234, \"Tags\": [\"a\"]}]",
    broken: "GET crm/contact/1234 -> {\"ID\": 1234, \"Tags\": [\"a\"]}\nPOST crm/contact/project/1 -> [{\"ID\": 1234, \"Tags\": []}]",
    message: || {
        let read = Promise::AsRead(Some(Sketch::List(1)));
        (read, Observed::Value(Sketch::List(0)))
    },
};

pub(super) const CHANGED_BY_WRITE: Entry = Entry {
    id: "changed-by-write",
    about: About::Answer,
    families: IDENTITY,
    level: Level::Warn,
    reason: "A link that changes what it links loses data that nobody sent; but somebody may have edited the resource at that moment.",
    reference: "Description of the page of the write",
    kept: "GET crm/contact/1234 -> {\"TaskCount\": 1}\nPOST crm/contact/project/1\nGET crm/contact/1234 -> {\"TaskCount\": 1}",
    broken: "GET crm/contact/1234 -> {\"TaskCount\": 1}\nPOST crm/contact/project/1\nGET crm/contact/1234 -> {\"TaskCount\": 0}",
    message: || {
        let before = Promise::AsBeforeWrite(Some(Sketch::Integer));
        (before, Observed::OtherValue)
    },
};

pub(super) const UNSTEADY: Entry = Entry {
    id: "unsteady",
    about: About::Answer,
    families: IDENTITY,
    level: Level::Deny,
    reason: "Answers that flicker come from servers that do not agree with each other; a client sees data appear and vanish.",
    reference: "RFC 9110, 9.2.1 and 9.2.2 (safe and idempotent methods); edits in between are allowed for",
    kept: "{\"Tags\": [\"a\"]}, {\"Tags\": [\"a\"]}, {\"Tags\": [\"a\"]}",
    broken: "{\"Tags\": [\"a\"]}, {\"Tags\": []}, {\"Tags\": [\"a\"]}",
    message: || {
        let actual = Observed::Unsteady {
            moves_on: false,
            around: false,
            differing: 1,
            of: 3,
        };
        (Promise::SameAnswer, actual)
    },
};

pub(super) const LIVING: Entry = Entry {
    id: "living",
    about: About::Answer,
    families: IDENTITY,
    level: Level::Warn,
    reason: "A counter, a clock, a cursor or a signed address is a new one in each answer, and none of its values comes back: no flicker, but a client that compares or caches answers trips over it, and whoever reads the pages should know. Words, ids, orders of lists and what goes up and down are not taken for such (`unsteady`).",
    reference: "RFC 9110, 9.2.1 (safe methods); `varies` of the profile",
    kept: "{\"Views\": 7}, {\"Views\": 7}, {\"Views\": 7}",
    broken: "{\"Views\": 7}, {\"Views\": 8}, {\"Views\": 9}, where no note says `varies = true`",
    message: || {
        let actual = Observed::Unsteady {
            moves_on: true,
            around: false,
            differing: 2,
            of: 3,
        };
        (Promise::SameAnswer, actual)
    },
};

pub(super) const FIRST_ANSWER: Entry = Entry {
    id: "first-answer",
    about: About::Answer,
    families: IDENTITY,
    level: Level::Warn,
    reason: "Caches that are filled late tell whoever asks first something else than everybody after; or somebody edited the resource between the first and the second question about it. Where the same befell several resources, each at its own time, nobody did (`unsteady`).",
    reference: "RFC 9110, 9.2.1 and 9.2.2 (safe and idempotent methods)",
    kept: "{\"TaskCount\": 1}, {\"TaskCount\": 1}, {\"TaskCount\": 1}, {\"TaskCount\": 1}",
    broken: "{\"TaskCount\": 0}, {\"TaskCount\": 1}, {\"TaskCount\": 1}, {\"TaskCount\": 1}",
    message: || {
        let actual = Observed::Unsteady {
            moves_on: false,
            around: false,
            differing: 1,
            of: 4,
        };
        (Promise::SameAnswer, actual)
    },
};

pub(super) const COUNT: Entry = Entry {
    id: "count",
    about: About::Answer,
    families: PARITY,
    level: Level::Deny,
    reason: "A client of one format sees items that a client of the other does not.",
    reference: "Example Response of the page, in both formats",
    kept: "{\"Tags\": [\"a\", \"b\"]} and <Tags>a</Tags><Tags>b</Tags>",
    broken: "{\"Tags\": [\"a\", \"b\"]} and <Tags>a,b</Tags>",
    message: || {
        let json = Promise::AsInJson(Some(Sketch::List(2)));
        (json, Observed::Value(Sketch::List(1)))
    },
};

pub(super) const DIFFERS: Entry = Entry {
    id: "differs",
    about: About::Answer,
    families: PARITY,
    level: Level::Deny,
    reason: "The format that a client reads must not decide what it reads.",
    reference: "Example Response of the page, in both formats; docs/inference.md (when two values are the same)",
    kept: "{\"TaskCount\": 1} and <TaskCount>1</TaskCount>",
    broken: "{\"TaskCount\": 1} and <TaskCount>2</TaskCount>",
    message: || {
        let json = Promise::AsInJson(Some(Sketch::Integer));
        (json, Observed::OtherValue)
    },
};

pub(super) const ORDERED: Entry = Entry {
    id: "ordered",
    about: About::Answer,
    families: &[Family::Identity, Family::Parity],
    level: Level::Deny,
    reason: "Who named the list says that its order means something: a client that shows the first item shows another one.",
    reference: "`ordered` of the profile",
    kept: "{\"Tags\": [\"a\", \"b\"]} and <Tags>a</Tags><Tags>b</Tags>",
    broken: "{\"Tags\": [\"a\", \"b\"]} and <Tags>b</Tags><Tags>a</Tags>",
    message: || (Promise::SameOrder, Observed::OtherOrder),
};

pub(super) const ORDER: Entry = Entry {
    id: "order",
    about: About::Answer,
    families: &[Family::Identity, Family::Parity],
    level: Level::Warn,
    reason: "No page promises an order, and databases give none that nobody asked for; but clients take the first item, and get another one each time or in each format.",
    reference: "docs/inference.md (when two values are the same); `ordered` of the profile",
    kept: "{\"Tags\": [\"a\", \"b\"]} and <Tags>a</Tags><Tags>b</Tags>",
    broken: "{\"Tags\": [\"a\", \"b\"]} and <Tags>b</Tags><Tags>a</Tags>",
    message: || (Promise::SameOrder, Observed::OtherOrder),
};

pub(super) const UNDOCUMENTED_DIFFERS: Entry = Entry {
    id: "undocumented-differs",
    about: About::Answer,
    families: PARITY,
    level: Level::Warn,
    reason: "A member that no page documents is no promise, but where one format has it and the other does not, or says something else, one of the two was forgotten.",
    reference: "docs/inference.md (when two values are the same)",
    kept: "{\"Rank\": 1} and <Rank>1</Rank>",
    broken: "{\"Rank\": 1} and nothing",
    message: || (Promise::AsInJson(Some(Sketch::Integer)), Observed::Nothing),
};

pub(super) const SPELLING: Entry = Entry {
    id: "spelling",
    about: About::Answer,
    families: &[Family::Envelope, Family::Shape, Family::Parity],
    level: Level::Warn,
    reason: "`+7`, `007`, `-0` and ` 7 ` are numbers to XML Schema, ` true ` is a boolean, a GUID is the same in capitals, and a moment in another zone; but a client that compares texts, or reads both formats, trips over them.",
    reference: "XML Schema 1.1 part 2, 3.3.2 and 3.4.13; RFC 8259, 6; RFC 9562, 4; RFC 3339, 4; docs/inference.md (when two values are the same)",
    kept: "{\"TaskCount\": 7} and <TaskCount>7</TaskCount>",
    broken: "{\"TaskCount\": 7} and <TaskCount>+007</TaskCount>",
    message: || (Promise::SpelledAsInJson, Observed::OtherSpelling),
};

pub(super) const SNAPSHOT: Entry = Entry {
    id: "snapshot",
    about: About::Answer,
    families: &[Family::Snapshot],
    level: Level::Deny,
    reason: "Somebody reviewed how the envelope looks; a change that all other rules allow may still surprise clients, so somebody should look again.",
    reference: "the reviewed snapshot; README.md (Snapshots)",
    kept: "{\"status\": 0, \"response\": {}} as reviewed",
    broken: "{\"status\": 0, \"response\": []} in its place",
    message: || {
        let name = "get-crm-contact-contactid-json".to_owned();
        let changes = vec![
            LineChange::Reviewed("/response: object".to_owned()),
            LineChange::Came("/response: list".to_owned()),
        ];
        let review = Review::None;
        (
            Promise::Envelope(name),
            Observed::OtherEnvelope { changes, review },
        )
    },
};

pub(super) const SNAPSHOT_UNREVIEWED: Entry = Entry {
    id: "snapshot-unreviewed",
    about: About::Answer,
    families: &[Family::Snapshot],
    level: Level::Warn,
    reason: "What nobody has looked at yet is no drift, but it is no promise either: until it is reviewed, a change of it goes unseen.",
    reference: "README.md (Snapshots)",
    kept: "a snapshot of the envelope that somebody accepted",
    broken: "a first run, or an operation that is new",
    message: || {
        let name = "get-crm-contact-contactid-json".to_owned();
        (Promise::Reviewed(name), Observed::NoSnapshot(Review::None))
    },
};
