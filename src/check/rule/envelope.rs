//! Rules of what the envelope says of the answer around it.

use crate::check::observed::Observed;
use crate::check::promise::Promise;
use crate::check::rule::entry::{About, Entry, Family};
use crate::level::Level;

pub(super) const STATUS_CODE: Entry = Entry {
    id: "status-code",
    about: About::Answer,
    families: &[Family::Envelope],
    level: Level::Deny,
    reason: "Clients that see only the body, as behind a script's proxy, judge the answer by this number.",
    reference: "`equals = \"status-code\"` of the profile's envelope",
    kept: "HTTP/1.1 201 Created\n\n{\"statusCode\": 201}",
    broken: "HTTP/1.1 201 Created\n\n{\"statusCode\": 200}",
    message: || (Promise::StatusCode(201), Observed::Number(200)),
};

pub(super) const ITEM_COUNT: Entry = Entry {
    id: "item-count",
    about: About::Answer,
    families: &[Family::Envelope, Family::Schema, Family::Shape],
    level: Level::Deny,
    reason: "Clients that page through a list stop too early, or ask for more without end.",
    reference: "`equals = \"items\"` and `tells = \"total\"` of the profile's envelope; elsewhere whole numbers called `totalCount` or so, and `total` and `count` where pages have no numbers (docs/inference.md)",
    kept: "{\"count\": 2, \"response\": [{}, {}]}",
    broken: "{\"count\": 3, \"response\": [{}, {}]}",
    message: || (Promise::ItemCount(2), Observed::Number(3)),
};

pub(super) const ZERO: Entry = Entry {
    id: "zero",
    about: About::Answer,
    families: &[Family::Envelope],
    level: Level::Deny,
    reason: "A client that tells an empty answer by the missing count takes this one for a full one.",
    reference: "`omitted-at-zero` of the profile's envelope",
    kept: "{\"response\": []}",
    broken: "{\"count\": 0, \"response\": []}",
    message: || (Promise::OmittedAtZero, Observed::Number(0)),
};
