//! Rules of what answers say beside their content.

use crate::check::name::{Name, Word};
use crate::check::observed::{
    AnswerPart, Caching, ErrorFlaw, Guard, Inside, Observed, Origin, Platform,
};
use crate::check::promise::Promise;
use crate::check::rule::entry::{About, Entry, Family};
use crate::contract::Format;
use crate::level::Level;

const ALL: &[Family] = &[Family::Transport, Family::Refusal];
const REFUSAL: &[Family] = &[Family::Refusal];

pub(super) const ECHOED_TOKEN: Entry = Entry {
    id: "echoed-token",
    about: About::Server,
    families: ALL,
    level: Level::Deny,
    reason: "A credential in an answer is kept by caches, logs and whoever reads the page: it opens the portal for all of them.",
    reference: "RFC 6750, 5.2 and 5.3; RFC 6265, 8 (a cookie alone hands a session on)",
    kept: "{\"status\": 0, \"response\": {}}",
    broken: "X-Token: what stood in Authorization",
    message: || {
        let place = AnswerPart::Header(Name::of("x-token"));
        (Promise::NoCredential, Observed::Credential(place))
    },
};

pub(super) const CACHEABLE: Entry = Entry {
    id: "cacheable",
    about: About::Server,
    families: ALL,
    level: Level::Warn,
    reason: "A cache between the portal and its users gives the contacts of one of them to the next, without asking the portal who that is.",
    reference: "RFC 9111, 3.5 and 5.2.2; docs/refusals.md (headers)",
    kept: "Cache-Control: private, max-age=0",
    broken: "Cache-Control: public, max-age=600",
    message: || (Promise::NotShared, Observed::Cacheable(Caching::Public)),
};

pub(super) const SHARED_TAG: Entry = Entry {
    id: "shared-etag",
    about: About::Server,
    families: ALL,
    level: Level::Warn,
    reason: "A validator that says nothing of the resource stays the same when the resource changes: caches then answer with what was.",
    reference: "RFC 9110, 8.8.1 and 8.8.3",
    kept: "GET crm/contact/1234 -> ETag: \"7\", of crm/contact/1235 -> ETag: \"8\"",
    broken: "GET crm/contact/1234 -> ETag: \"7\", of crm/contact/1235 -> ETag: \"7\"",
    message: || (Promise::OwnTag, Observed::SharedTag(2)),
};

pub(super) const COOKIE: Entry = Entry {
    id: "cookie",
    about: About::Server,
    families: ALL,
    level: Level::Warn,
    reason: "A cookie that tells who somebody is goes to scripts, to plain HTTP or with requests from other sites, where nothing keeps it from them.",
    reference: "RFC 6265, 5.2.5, 5.2.6 and 8; RFC 6265bis, 5.6.7 (SameSite)",
    kept: "Set-Cookie: sid=...; Secure; HttpOnly; SameSite=Lax",
    broken: "Set-Cookie: sid=...; Secure",
    message: || {
        let missing = vec![Guard::HttpOnly, Guard::SameSite];
        (Promise::Guarded, Observed::Cookie(Name::of("sid"), missing))
    },
};

pub(super) const ANY_ORIGIN: Entry = Entry {
    id: "any-origin",
    about: About::Server,
    families: ALL,
    level: Level::Warn,
    reason: "Whatever page a user of the portal visits can read the portal as that user.",
    reference: "Fetch, 3.3.5 (CORS protocol and credentials)",
    kept: "Access-Control-Allow-Origin: *",
    broken: "Access-Control-Allow-Origin: whichever asks\nAccess-Control-Allow-Credentials: true",
    message: || (Promise::KnownOrigins, Observed::Origin(Origin::Asking)),
};

pub(super) const SERVER_VERSION: Entry = Entry {
    id: "server-version",
    about: About::Server,
    families: ALL,
    level: Level::Warn,
    reason: "Whoever looks for portals with a known hole finds them by it.",
    reference: "RFC 9110, 10.2.4",
    kept: "Server: nginx",
    broken: "Server: nginx/1.18.0",
    message: || (Promise::NoVersion, Observed::Version(Name::of("server"))),
};

pub(super) const DISCLOSURE: Entry = Entry {
    id: "disclosure",
    about: About::Server,
    families: ALL,
    level: Level::Warn,
    reason: "What a program says to who wrote it shows everybody else where it stands, what it asks of its database and how it may be broken.",
    reference: "RFC 9110, 17; CWE-209; docs/refusals.md",
    kept: "400 {\"error\": \"no such id\"}",
    broken: "500 {\"error\": \"no such id\", \"stack\": \"at Crm.Contact.Get(Int32 id) ...\"}",
    message: || {
        let actual = Observed::Inside(Inside::Trace(Platform::DotNet), AnswerPart::Body);
        (Promise::NothingInside, actual)
    },
};

pub(super) const REFUSAL_FORMAT: Entry = Entry {
    id: "refusal-format",
    about: About::Server,
    families: REFUSAL,
    level: Level::Warn,
    reason: "A client that reads answers in the format that it asks for cannot read why it was refused.",
    reference: "RFC 9110, 12.1 and 15.5; `authentication-body` and `unrouted-body` of the profile's `[refusal]`",
    kept: "GET of an unknown id in JSON -> 404 application/json",
    broken: "GET of an unknown id in JSON -> 404 text/plain",
    message: || {
        let actual = Observed::Word(Word::of("text/plain"));
        (Promise::Syntax(Format::Json), actual)
    },
};

pub(super) const ERROR_ENVELOPE: Entry = Entry {
    id: "error-envelope",
    about: About::Server,
    families: REFUSAL,
    level: Level::Warn,
    reason: "Clients show the message of an error where the profile has it, and take an answer with a payload for a success.",
    reference: "`[refusal.error]` of the profile; without it, nothing is said of errors",
    kept: "404 {\"status\": 1, \"statusCode\": 404, \"error\": {\"message\": \"Not found\"}}",
    broken: "404 {\"title\": \"Not found\"}",
    message: || {
        let promise = Promise::ErrorOf("community-server".to_owned());
        (promise, Observed::ErrorForm(ErrorFlaw::NoMessage))
    },
};
