//! Rules of the answer around its content.

use crate::check::name::Word;
use crate::check::observed::{Garbling, Observed, Sketch, Slip, SyntaxFault};
use crate::check::promise::Promise;
use crate::check::rule::entry::{About, Entry, Family};
use crate::client::FailureKind;
use crate::client::page::HtmlPage;
use crate::contract::Format;
use crate::level::Level;

pub(super) const NO_ANSWER: Entry = Entry {
    id: "no-answer",
    about: About::Answer,
    families: &[Family::Transport, Family::Refusal],
    level: Level::Deny,
    reason: "A client that gets no whole answer in time knows neither the data nor whether its write was done.",
    reference: "RFC 9112, 8 (incomplete messages)",
    kept: "Content-Length: 12\n\n{\"status\":0}",
    broken: "Content-Length: 2000\n\n{\"status\":0} and the connection ends",
    message: || {
        let actual = Observed::Failure {
            kind: FailureKind::Broken,
            message: "end of file before message length reached".to_owned(),
        };
        (Promise::Answer, actual)
    },
};

pub(super) const STATUS: Entry = Entry {
    id: "status",
    about: About::Answer,
    families: &[Family::Transport],
    level: Level::Deny,
    reason: "Clients branch on the status code before they look at a body: another code is an error to them, whatever stands in it.",
    reference: "RFC 9110, 15.3; `[success]` of the profile",
    kept: "HTTP/1.1 200 OK",
    broken: "HTTP/1.1 202 Accepted",
    message: || (Promise::Status(vec![200]), Observed::Status(202, None)),
};

pub(super) const HTML: Entry = Entry {
    id: "html",
    about: About::Answer,
    families: &[Family::Transport],
    level: Level::Deny,
    reason: "A login page, a proxy or a firewall stands in the API's place; a client that parses it fails at the first character.",
    reference: "Example Response of the page",
    kept: "{\"status\": 0, \"response\": {}}",
    broken: "<!DOCTYPE html><title>Sign in</title>",
    message: || {
        let page = HtmlPage {
            title: Some("Sign in".to_owned()),
        };
        (Promise::ApiAnswer, Observed::Status(200, Some(page)))
    },
};

pub(super) const MEDIA_TYPE: Entry = Entry {
    id: "media-type",
    about: About::Answer,
    families: &[Family::Transport],
    level: Level::Deny,
    reason: "Clients choose their parser by it, and many refuse a body that is labelled otherwise.",
    reference: "RFC 9110, 8.3; RFC 7303, 9.2 for `text/xml`",
    kept: "Content-Type: application/json; charset=utf-8",
    broken: "Content-Type: text/plain",
    message: || {
        (
            Promise::MediaType(vec!["application/json".to_owned()]),
            Observed::Word(Word::of("text/plain")),
        )
    },
};

pub(super) const CHARSET: Entry = Entry {
    id: "charset",
    about: About::Answer,
    families: &[Family::Transport],
    level: Level::Deny,
    reason: "A client that believes the label decodes UTF-8 as something else: names with accents come out wrong.",
    reference: "RFC 8259, 8.1; RFC 7303, 3",
    kept: "Content-Type: text/xml; charset=utf-8",
    broken: "Content-Type: text/xml; charset=iso-8859-1",
    message: || (Promise::Charset, Observed::Word(Word::of("iso-8859-1"))),
};

pub(super) const ENCODING: Entry = Entry {
    id: "encoding",
    about: About::Answer,
    families: &[Family::Transport],
    level: Level::Deny,
    reason: "Bytes that are no UTF-8 stop strict parsers; text that was encoded twice, or lost characters, is wrong data for everybody.",
    reference: "RFC 8259, 8.1; XML 1.0, 4.3.3",
    kept: "\"LastName\": \"Müller\"",
    broken: "\"LastName\": \"MÃ¼ller\"",
    message: || {
        let actual = Observed::Garbled(Garbling::EncodedTwice, Sketch::Text(7));
        (Promise::EncodedOnce, actual)
    },
};

pub(super) const GARBLED: Entry = Entry {
    id: "garbled",
    about: About::Answer,
    families: &[Family::Transport],
    level: Level::Warn,
    reason: "One resource whose texts are garbled in every answer, or one text beside sound ones, was most likely typed or imported so: the portal repeats faithfully what it was given. Where every text of every resource or the portal's own words are garbled, or one resource is sound here and garbled there, it is the portal (`encoding`).",
    reference: "docs/inference.md (decisions)",
    kept: "{\"LastName\": \"Jürgen\"}",
    broken: "{\"LastName\": \"JÃ¼rgen\"} in every answer, and other resources are sound",
    message: || {
        let actual = Observed::Garbled(Garbling::EncodedTwice, Sketch::Text(7));
        (Promise::EncodedOnce, actual)
    },
};

pub(super) const SYNTAX: Entry = Entry {
    id: "syntax",
    about: About::Answer,
    families: &[Family::Transport],
    level: Level::Deny,
    reason: "No parser reads it; one that forgives reads something that was not meant.",
    reference: "RFC 8259; XML 1.0, 2.1; a DOCTYPE opens the way to entity attacks, so XML clients refuse it",
    kept: "{\"status\": 0}",
    broken: "{\"status\": 0,}",
    message: || {
        let fault = SyntaxFault::Parser {
            slip: Slip::TrailingComma,
            line: 1,
            column: 14,
        };
        (Promise::Syntax(Format::Json), Observed::Syntax(fault))
    },
};

pub(super) const DUPLICATE_MEMBER: Entry = Entry {
    id: "duplicate-member",
    about: About::Answer,
    families: &[Family::Transport],
    level: Level::Deny,
    reason: "Some parsers take the first, some the last, some refuse: two clients see two values.",
    reference: "RFC 8259, 4",
    kept: "{\"ID\": 1}",
    broken: "{\"ID\": 1, \"ID\": 2}",
    message: || (Promise::Once, Observed::Twice),
};
