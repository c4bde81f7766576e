//! Rules of requests that must be refused.

use crate::check::observed::Observed;
use crate::check::promise::Promise;
use crate::check::rule::entry::{About, Entry, Family};
use crate::level::Level;

const REFUSAL: &[Family] = &[Family::Refusal];

pub(super) const ACCEPTED: Entry = Entry {
    id: "accepted",
    about: About::Answer,
    families: REFUSAL,
    level: Level::Deny,
    reason: "Whoever has no token reads the data; or a client never learns that its request was wrong.",
    reference: "RFC 9110, 15.5; `authentication` and `unknown` of the profile's `[refusal]`",
    kept: "GET without a token -> 401",
    broken: "GET without a token -> 200",
    message: || (Promise::Status(vec![401, 403]), Observed::Status(200, None)),
};

pub(super) const REFUSAL_STATUS: Entry = Entry {
    id: "refusal-status",
    about: About::Answer,
    families: REFUSAL,
    level: Level::Deny,
    reason: "Clients log in again on 401, forget a resource on 404 and try again on 5xx: another code makes them do the wrong thing.",
    reference: "RFC 9110, 15.5.2, 15.5.4 and 15.5.5; `[refusal]` of the profile",
    kept: "GET of an unknown id -> 404",
    broken: "GET of an unknown id -> 500",
    message: || (Promise::Status(vec![404]), Observed::Status(500, None)),
};

pub(super) const LEAK: Entry = Entry {
    id: "leak",
    about: About::Answer,
    families: REFUSAL,
    level: Level::Deny,
    reason: "A refusal that holds the data refuses nothing: it is personal data in the hands of whoever asks.",
    reference: "RFC 9110, 15.5; docs/privacy.md",
    kept: "401 {\"error\": \"token expected\"}",
    broken: "401 {\"error\": \"token expected\", \"response\": {\"ID\": 1234, \"LastName\": \"Lee\", ...}}",
    message: || (Promise::NoData, Observed::LeakedMembers(12)),
};

pub(super) const LOOSE_ID: Entry = Entry {
    id: "loose-id",
    about: About::Answer,
    families: REFUSAL,
    level: Level::Warn,
    reason: "What has several spellings has several URLs: caches keep it once for each, and what is barred by one path is open by another.",
    reference: "RFC 9110, 4.2.3; `exact-ids` of the profile's `[refusal]`; docs/refusals.md",
    kept: "GET of the id +31 -> 404",
    broken: "GET of the id +31 -> 200 with the resource 31",
    message: || (Promise::ClientError, Observed::LooseId(200)),
};

pub(super) const LOOSE_REFUSAL: Entry = Entry {
    id: "loose-refusal",
    about: About::Answer,
    families: REFUSAL,
    level: Level::Warn,
    reason: "An id such as `31.0` or `31'` is the client's mistake: a code that is none of those says that it reached what should never see it.",
    reference: "RFC 9110, 15.5; docs/refusals.md",
    kept: "GET of the id 31' -> 404",
    broken: "GET of the id 31' -> 500",
    message: || (Promise::ClientError, Observed::Status(500, None)),
};

pub(super) const TOKEN_PLACE: Entry = Entry {
    id: "token-place",
    about: About::Answer,
    families: REFUSAL,
    level: Level::Warn,
    reason: "What stands in a URL is written down by every server on the way, shown in histories and sent on as the referrer; a header that nobody expects is kept secret by nobody.",
    reference: "RFC 6750, 2.3 and 5.3; docs/refusals.md",
    kept: "GET with ?access_token=... alone -> 401",
    broken: "GET with ?access_token=... alone -> 200",
    message: || (Promise::Status(vec![401, 403]), Observed::Status(200, None)),
};

pub(super) const EXISTENCE: Entry = Entry {
    id: "existence",
    about: About::Answer,
    families: REFUSAL,
    level: Level::Warn,
    reason: "Where an unknown id is refused otherwise than a known one, whoever has no token can count and list what there is.",
    reference: "RFC 9110, 15.5.4 (404 in the place of 403); docs/refusals.md",
    kept: "GET of an unknown id without token -> 401, as of a known one",
    broken: "GET of an unknown id without token -> 404, of a known one -> 401",
    message: || (Promise::SameStatus(Some(401)), Observed::UnknownStatus(404)),
};
