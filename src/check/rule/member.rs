//! Rules of documented members, in JSON and in XML.

use crate::check::name::Name;
use crate::check::observed::{DateForm, Observed, Sketch};
use crate::check::promise::Promise;
use crate::check::rule::entry::{About, Entry, Family};
use crate::level::Level;
use crate::shape::{Fraction, Type};

const ANYWHERE: &[Family] = &[Family::Envelope, Family::Schema, Family::Shape];

fn of_type(kind: Type) -> Promise {
    Promise::Type {
        kind,
        or_null: false,
    }
}

pub(super) const MISSING: Entry = Entry {
    id: "missing",
    about: About::Documented,
    families: ANYWHERE,
    level: Level::Deny,
    reason: "A client that reads the member gets nothing where it was promised a value: an exception in a typed one, a wrong default in others.",
    reference: "Example Response of the page; members of the profile's envelope; docs/inference.md",
    kept: "{\"ID\": 1, \"Title\": \"a\"}",
    broken: "{\"ID\": 1}",
    message: || (Promise::Documented, Observed::Missing),
};

pub(super) const LETTER_CASE: Entry = Entry {
    id: "letter-case",
    about: About::Documented,
    families: ANYWHERE,
    level: Level::Deny,
    reason: "Names of members are compared letter by letter in JSON and in XML: another case is another member.",
    reference: "RFC 8259, 8.3; XML 1.0, 1.2 (match); `member-case` of the profile",
    kept: "{\"TaskCount\": 1}",
    broken: "{\"taskCount\": 1}",
    message: || {
        let actual = Observed::InItsPlace(Name::of("taskCount"));
        (Promise::Documented, actual)
    },
};

pub(super) const UNDOCUMENTED: Entry = Entry {
    id: "undocumented",
    about: About::Answer,
    families: ANYWHERE,
    level: Level::Deny,
    reason: "Beside the payload a member more, such as `error` next to a success, says something that the page does not. Inside the payload more members are lawful, as portals grow; a strict run asks for none.",
    reference: "`closed` of the profile's envelope; the option for strict runs",
    kept: "{\"status\": 0, \"response\": {}}",
    broken: "{\"status\": 0, \"response\": {}, \"error\": \"x\"}",
    message: || (Promise::NoMember, Observed::Value(Sketch::Text(1))),
};

pub(super) const MISPLACED: Entry = Entry {
    id: "misplaced",
    about: About::Documented,
    families: ANYWHERE,
    level: Level::Deny,
    reason: "The two members contradict each other: a client that goes by the flag and one that goes by the member do different things, such as showing to all what the access list keeps from them.",
    reference: "`when` with `only` in the profile's notes and members",
    kept: "{\"IsPrivate\": false}",
    broken: "{\"IsPrivate\": false, \"AccessList\": []}",
    message: || {
        let expected = Promise::OnlyWhere {
            member: "isPrivate".to_owned(),
            is: true,
        };
        (expected, Observed::Value(Sketch::List(0)))
    },
};

pub(super) const CONSTANT: Entry = Entry {
    id: "constant",
    about: About::Documented,
    families: ANYWHERE,
    level: Level::Deny,
    reason: "The value is the promise: a client that checks `status` for 0 takes the answer for a failure.",
    reference: "`constant` of the profile's envelope",
    kept: "{\"status\": 0}",
    broken: "{\"status\": 1}",
    message: || (Promise::Constant(0), Observed::OtherInteger),
};

pub(super) const NULL: Entry = Entry {
    id: "null",
    about: About::Documented,
    families: ANYWHERE,
    level: Level::Deny,
    reason: "A typed client has no place for null where the page shows a value, and calls a method of nothing.",
    reference: "docs/inference.md; `nullable` of the profile's notes",
    kept: "{\"Tags\": []}",
    broken: "{\"Tags\": null}",
    message: || (of_type(Type::List), Observed::Value(Sketch::Null)),
};

pub(super) const TYPE: Entry = Entry {
    id: "type",
    about: About::Documented,
    families: ANYWHERE,
    level: Level::Deny,
    reason: "A typed client does not read the member, and often not the answer around it.",
    reference: "docs/inference.md; JSON Schema Validation 2020-12, 6.1.1 (`type`)",
    kept: "{\"TaskCount\": 1}",
    broken: "{\"TaskCount\": \"1\"}",
    message: || (of_type(Type::Integer), Observed::Value(Sketch::Text(1))),
};

pub(super) const FRACTION: Entry = Entry {
    id: "fraction",
    about: About::Documented,
    families: ANYWHERE,
    level: Level::Deny,
    reason: "Clients read counts and ids into whole numbers; a fraction is an error there, or is cut off.",
    reference: "docs/inference.md; JSON Schema Validation 2020-12, 6.1.1 (`1.0` is whole)",
    kept: "{\"TaskCount\": 1}",
    broken: "{\"TaskCount\": 1.5}",
    message: || (of_type(Type::Integer), Observed::Value(Sketch::Fraction)),
};

pub(super) const DATE_TIME: Entry = Entry {
    id: "date-time",
    about: About::Documented,
    families: ANYWHERE,
    level: Level::Deny,
    reason: "Parsers of dates take one form; a day without time or offset is an error, or another moment in another time zone.",
    reference: "RFC 3339, 5.6; docs/inference.md",
    kept: "{\"Created\": \"2020-12-08T17:37:04Z\"}",
    broken: "{\"Created\": \"08.12.2020\"}",
    message: || {
        (
            of_type(Type::DateTime(Fraction::Any)),
            Observed::Date(DateForm::Local, 10),
        )
    },
};

pub(super) const GUID: Entry = Entry {
    id: "guid",
    about: About::Documented,
    families: ANYWHERE,
    level: Level::Deny,
    reason: "Clients read it into a type of 128 bits, which takes this one form, and ask for other resources with it.",
    reference: "RFC 9562, 4; docs/inference.md",
    kept: "{\"Id\": \"00000000-0000-0000-0000-000000000000\"}",
    broken: "{\"Id\": \"none\"}",
    message: || (of_type(Type::Guid), Observed::Value(Sketch::Text(4))),
};

pub(super) const TOO_SMALL: Entry = Entry {
    id: "too-small",
    about: About::Value,
    families: ANYWHERE,
    level: Level::Deny,
    reason: "A client that counts on the bound has no place for less: a count, a size, a type without a sign.",
    reference: "`at-least` of the profile's envelope and of its notes; `minimum` of the schema (JSON Schema Validation 2020-12, 6.2); a documented `nextIndex` beside a `startIndex`",
    kept: "{\"Progress\": 0}",
    broken: "{\"Progress\": -1}",
    message: || (Promise::AtLeast(0), Observed::SmallerInteger),
};

pub(super) const TOO_LARGE: Entry = Entry {
    id: "too-large",
    about: About::Value,
    families: ANYWHERE,
    level: Level::Deny,
    reason: "A client that counts on the bound has no place for more: a bar of per cent, a column, a type of fewer bits.",
    reference: "`at-most` of the profile's notes; `maximum` of the schema (JSON Schema Validation 2020-12, 6.2)",
    kept: "{\"Progress\": 100}",
    broken: "{\"Progress\": 101}",
    message: || (Promise::AtMost(100), Observed::LargerInteger),
};

pub(super) const ONE_OF: Entry = Entry {
    id: "one-of",
    about: About::Value,
    families: ANYWHERE,
    level: Level::Deny,
    reason: "A client reads the value into an enumeration; one that is not in it is an error there, or is shown as another.",
    reference: "`one-of` of the profile's notes; `enum` and `const` of the schema (JSON Schema Validation 2020-12, 6.1)",
    kept: "{\"ShareType\": 2}",
    broken: "{\"ShareType\": 7}",
    message: || {
        let listed = ["0", "1", "2"].map(str::to_owned).to_vec();
        (Promise::OneOf(listed), Observed::OtherInteger)
    },
};

pub(super) const MATCHES: Entry = Entry {
    id: "matches",
    about: About::Value,
    families: ANYWHERE,
    level: Level::Deny,
    reason: "A client takes the text apart by its form, such as a colour or a version; another form gives it something else, or nothing.",
    reference: "`matches` of the profile's notes; `pattern` of the schema, and its format `date` (RFC 3339, 5.6)",
    kept: "{\"Color\": \"#a7fc00\"}",
    broken: "{\"Color\": \"green\"}",
    message: || {
        let pattern = "#[0-9a-f]{6}".to_owned();
        (Promise::Matches(pattern), Observed::Value(Sketch::Text(5)))
    },
};

pub(super) const LENGTH: Entry = Entry {
    id: "length",
    about: About::Value,
    families: ANYWHERE,
    level: Level::Deny,
    reason: "A client that has room for so many characters cuts off the rest, or refuses the text.",
    reference: "`minLength` and `maxLength` of the schema (JSON Schema Validation 2020-12, 6.3)",
    kept: "{\"Code\": \"ab\"}",
    broken: "{\"Code\": \"abcd\"}",
    message: || {
        let expected = Promise::Length {
            least: None,
            most: Some(2),
        };
        (expected, Observed::Value(Sketch::Text(4)))
    },
};

pub(super) const SEALED: Entry = Entry {
    id: "sealed",
    about: About::Answer,
    families: &[Family::Schema, Family::Shape],
    level: Level::Warn,
    reason: "Portals grow, and clients pass over what they do not know; but a client that was made from this schema may refuse the whole object.",
    reference: "`additionalProperties: false` of the schema (JSON Schema 2020-12, 10.3.2.3)",
    kept: "{\"Id\": 1}",
    broken: "{\"Id\": 1, \"Extra\": true}",
    message: || (Promise::NoMember, Observed::Value(Sketch::Boolean)),
};

pub(super) const WRITE_ONLY: Entry = Entry {
    id: "write-only",
    about: About::Answer,
    families: &[Family::Schema, Family::Shape],
    level: Level::Warn,
    reason: "What is for requests alone, such as a password, is nobody's to read again; the document says that it should not be sent, not that it must not.",
    reference: "`writeOnly` of the schema (OpenAPI 3.0, 4.7.24.1; JSON Schema 2020-12, validation 9.4)",
    kept: "{\"Id\": 1}",
    broken: "{\"Id\": 1, \"Password\": \"a\"}",
    message: || (Promise::NoMember, Observed::Value(Sketch::Text(1))),
};
