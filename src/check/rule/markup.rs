//! Rules of XML alone.

use crate::check::name::Name;
use crate::check::observed::{Observed, Sketch};
use crate::check::promise::Promise;
use crate::check::rule::entry::{About, Entry, Family};
use crate::level::Level;

const ANYWHERE: &[Family] = &[Family::Envelope, Family::Shape];

pub(super) const ROOT: Entry = Entry {
    id: "root",
    about: About::Answer,
    families: ANYWHERE,
    level: Level::Deny,
    reason: "Clients that map elements to types begin with the root's name, and read nothing below another one.",
    reference: "Example Response of the page; XML 1.0, 2.1 (document element)",
    kept: "<result><status>0</status></result>",
    broken: "<answer><status>0</status></answer>",
    message: || {
        (
            Promise::Root("result".to_owned()),
            Observed::Root(Name::of("answer")),
        )
    },
};

pub(super) const LEXICAL: Entry = Entry {
    id: "lexical",
    about: About::Answer,
    families: ANYWHERE,
    level: Level::Deny,
    reason: "XML knows only text: a client that compares it with the documented word takes another spelling for the opposite.",
    reference: "`true` and `false` of the profile's `[xml]`",
    kept: "<IsCompany>True</IsCompany>",
    broken: "<IsCompany>yes</IsCompany> or <IsCompany>1</IsCompany>",
    message: || {
        let expected = Promise::Booleans {
            yes: "True".to_owned(),
            no: "False".to_owned(),
        };
        (expected, Observed::BooleanWord("1".to_owned()))
    },
};

pub(super) const REPEATED: Entry = Entry {
    id: "repeated",
    about: About::Answer,
    families: ANYWHERE,
    level: Level::Deny,
    reason: "A client that expects one element takes the first or the last of two, and they may differ.",
    reference: "docs/inference.md (single beside a JSON object)",
    kept: "<Title>a</Title>",
    broken: "<Title>a</Title><Title>b</Title>",
    message: || (Promise::OneElement, Observed::Elements(2)),
};

pub(super) const ATTRIBUTE: Entry = Entry {
    id: "attribute",
    about: About::Answer,
    families: ANYWHERE,
    level: Level::Deny,
    reason: "A client that maps elements to members loses what stands in attributes, without a word.",
    reference: "docs/inference.md; XML 1.0, 3.1; `xml:lang` and `xml:space` are lawful (2.10, 2.12)",
    kept: "<Contact><ID>1</ID></Contact>",
    broken: "<Contact ID=\"1\" />",
    message: || {
        let actual = Observed::Attributes(1, Name::of("ID"));
        (Promise::NoAttribute, actual)
    },
};

pub(super) const NAMESPACE: Entry = Entry {
    id: "namespace",
    about: About::Answer,
    families: ANYWHERE,
    level: Level::Deny,
    reason: "An element in a namespace has another name: XPath and typed clients do not find it.",
    reference: "Namespaces in XML 1.0, 6; the pages show none",
    kept: "<result><status>0</status></result>",
    broken: "<result xmlns=\"urn:x\"><status>0</status></result>",
    message: || {
        let actual = Observed::Namespace(Name::of("result"));
        (Promise::NoNamespace, actual)
    },
};

pub(super) const MIXED: Entry = Entry {
    id: "mixed",
    about: About::Answer,
    families: ANYWHERE,
    level: Level::Deny,
    reason: "Text beside elements belongs to no member; a client drops it, or fails on an object that is a text.",
    reference: "docs/inference.md; XML 1.0, 3.2.2 (mixed content)",
    kept: "<Owner><ID>1</ID></Owner>",
    broken: "<Owner>none</Owner>",
    message: || {
        let actual = Observed::Value(Sketch::Text(4));
        (Promise::ElementsOnly, actual)
    },
};
