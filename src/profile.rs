//! How one kind of portal speaks: names, envelope, XML forms, status codes, notes on members.
//!
//! A profile is a TOML file; the built-in ones are compiled in. In come a profile and an operation,
//! out comes the wire shape of its answers: the shape behind the page's example, with the profile's
//! names, its envelope and its notes applied.

mod booleans;
mod effect;
mod error;
mod file;
mod identity;
mod media_types;
mod member_case;
mod own;
mod requests;
mod root;
mod twin;
mod wire;

use std::collections::BTreeMap;

use serde::Deserialize;

pub use booleans::Booleans;
pub use effect::Effect;
pub use error::ProfileError;
pub use file::{builtin_names, lineage, load, parse};
pub use identity::{Basis, Named, Repeating};
pub use member_case::{MemberCase, letters};
pub use requests::{Bodies, Requests, Tokens};
pub use wire::{AnswerShape, RootList};

use crate::contract::{Format, Operation, says_format};
use crate::digest::Digest;
use crate::level::Level;
use crate::names::{Patterns, matches};
use crate::shape::domain::Pattern;

/// Everything that is data about one kind of portal.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Profile {
    /// The name that `--profile` takes.
    pub name: String,
    /// One line for `--help` and messages.
    pub summary: String,
    /// How documented member names are spelled on the wire.
    pub member_case: MemberCase,
    /// The status codes of a success, by method, as numbers of RFC 9110.
    pub success: BTreeMap<String, Vec<u16>>,
    /// The methods whose codes are those that a document names, where it names some.
    #[serde(default)]
    pub documented_success: Vec<String>,
    /// The status codes of refusals.
    pub refusal: Refusal,
    /// What the reference portal takes in requests beyond what the pages show.
    #[serde(default)]
    pub requests: Requests,
    /// How JSON is asked for and labelled.
    pub json: Json,
    /// How XML is asked for, labelled and spelled.
    pub xml: Xml,
    /// The members around the payload.
    pub envelope: Envelope,
    /// How doubtful examples are read.
    #[serde(default)]
    pub inference: Inference,
    /// The lists whose order counts: documented paths from the payload on, or the ends of such paths.
    #[serde(default)]
    pub ordered: Vec<String>,
    /// What is known of single members beyond their example.
    #[serde(default, rename = "note")]
    pub notes: Vec<Note>,
    /// Members that no page documents.
    #[serde(default, rename = "member")]
    pub added: Vec<Added>,
    /// What becomes of ids in a collection that no resource has; where nothing is said, nothing is asked.
    pub unknown_listed: Option<UnknownListed>,
    /// The profile whose reviewed snapshots are built in for this one.
    pub snapshots: String,
    /// Which parameters name resources, and which member of an answer repeats them.
    #[serde(default, rename = "identity")]
    pub identities: Vec<Identity>,
    /// Which writes may be sent again.
    #[serde(default, rename = "repeatable")]
    pub repeatables: Vec<Repeatable>,
    /// How writes are read back.
    #[serde(default, rename = "effect")]
    pub effects: Vec<Effect>,
    /// Names for shapes that the schemas share.
    #[serde(default, rename = "definition")]
    pub definitions: Vec<Definition>,
    /// What a break of a rule does, by the rule's name.
    #[serde(default)]
    pub levels: BTreeMap<String, Level>,
    /// What the files of the user's say of documented members and operations.
    #[serde(skip)]
    own: Vec<own::Own>,
    /// Of its texts.
    #[serde(skip)]
    digest: Digest,
}

/// Status codes of refusals; every other refusal is any 4xx.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Refusal {
    /// For a missing, empty, wrong or malformed token.
    pub authentication: Vec<u16>,
    /// For an id that no resource has.
    pub unknown: Vec<u16>,
    /// Where a number in another spelling, such as `+31`, must be no id.
    #[serde(default)]
    pub exact_ids: ExactIds,
    /// What stands in the body of those for tokens; beside the format that was asked for, it is lawful.
    #[serde(default)]
    pub authentication_body: RefusalBody,
    /// What stands in the body where a path matches no route, ids that are no number included; beside the
    /// format that was asked for, it is lawful.
    #[serde(default)]
    pub unrouted_body: RefusalBody,
    /// What `error` holds beside its message where the envelope is written; without it, an error may have
    /// any form.
    #[serde(default)]
    pub error: serde_json::Map<String, serde_json::Value>,
}

/// Where a number in another spelling must be no id; elsewhere it is a remark where it gets the very resource of
/// that number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ExactIds {
    /// Wherever ids are numbers.
    Always,
    /// On pages; not in what a schema describes.
    #[default]
    OfPages,
    /// Nowhere.
    Never,
}

/// What stands in the body of a refusal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RefusalBody {
    /// The envelope of an error.
    #[default]
    Envelope,
    /// An HTML page; a path without route is then 404, whatever is wrong with it.
    Page,
    /// A word.
    Text,
}

/// What becomes of ids in a collection that no resource has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum UnknownListed {
    /// They are left out of the answer, which succeeds.
    Dropped,
}

/// How the body of a request is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BodyForm {
    /// As the page's example: JSON.
    #[default]
    Documented,
    /// As a form, `application/x-www-form-urlencoded`, a repeated name for each value of a collection.
    Form,
}

/// JSON on this kind of portal.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Json {
    /// The `Accept` header of a request for JSON.
    pub accept: String,
    /// What ends the path of a request for JSON, such as `.json`; empty for nothing.
    #[serde(default)]
    pub extension: String,
    /// How the body of a request for JSON is written.
    #[serde(default)]
    pub body: BodyForm,
    /// The media types that an answer may carry, lower case, without parameters.
    pub media_types: Vec<String>,
}

/// XML on this kind of portal.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Xml {
    /// The `Accept` header of a request for XML.
    pub accept: String,
    /// What ends the path of a request for XML, such as `.xml`; empty for nothing.
    #[serde(default)]
    pub extension: String,
    /// How the body of a request for XML is written.
    #[serde(default)]
    pub body: BodyForm,
    /// The media types that an answer may carry, lower case, without parameters.
    pub media_types: Vec<String>,
    /// The name of the root element, where nothing else tells.
    pub root: String,
    /// Whether a page's XML example, or the schema of a document, tells what the root element is called.
    #[serde(default)]
    pub documented_root: bool,
    /// How `true` is spelled, where examples do not tell.
    #[serde(rename = "true")]
    pub yes: String,
    /// How `false` is spelled there.
    #[serde(rename = "false")]
    pub no: String,
    /// Whether a page's XML example tells how its answers spell them; where a document has none, they are spelled as
    /// XML Schema has it.
    #[serde(default)]
    pub documented_booleans: bool,
    /// Whether what a schema documents in JSON is answered in XML as well.
    #[serde(default)]
    pub of_schemas: bool,
}

/// The members around the payload.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Envelope {
    /// The member that holds the payload.
    pub payload: String,
    /// What the pages call it, where portals of this kind call it otherwise.
    #[serde(default)]
    pub documented_payload: Option<String>,
    /// Whether any other member breaks the contract.
    pub closed: bool,
    /// Whether a member beside the payload has the type that the page shows, where that is another one.
    #[serde(default)]
    pub documented_types: bool,
    /// What the schemas of an `OpenAPI` document describe.
    #[serde(default)]
    pub schemas: Described,
    /// The members beside the payload.
    #[serde(default, rename = "member")]
    pub members: Vec<EnvelopeMember>,
}

impl Envelope {
    /// The member that holds the payload on the pages.
    #[must_use]
    pub fn documented_payload(&self) -> &str {
        self.documented_payload.as_deref().unwrap_or(&self.payload)
    }
}

/// What a schema of an answer describes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Described {
    /// The whole body.
    #[default]
    Answer,
    /// What the envelope holds, where the schema itself has no member that holds it.
    Payload,
}

/// One member of the envelope.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct EnvelopeMember {
    /// Its name on the wire.
    pub name: String,
    /// Its type.
    #[serde(rename = "type")]
    pub kind: NotedType,
    /// The only value that keeps the contract.
    pub constant: Option<i64>,
    /// Whether it may be missing.
    #[serde(default)]
    pub optional: bool,
    /// What it repeats.
    pub equals: Option<Repeats>,
    /// What it tells of a list that is answered in parts.
    pub tells: Option<Tells>,
    /// Whether it is there exactly where it is not 0.
    #[serde(default)]
    pub omitted_at_zero: bool,
    /// The least number that it may be.
    pub at_least: Option<i64>,
    /// Whether its value may be another one in each answer, whatever else stays the same.
    #[serde(default)]
    pub varies: bool,
    /// What it rests on, where no page shows it.
    pub because: Option<String>,
}

/// What a member of the envelope repeats.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Repeats {
    /// The HTTP status code.
    StatusCode,
    /// How many items the payload has; 1 where it is no list.
    Items,
}

/// What a member of the envelope tells of a list that is answered in parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Tells {
    /// How many items there are in all parts.
    Total,
    /// Where the next part starts; absent in the last one.
    Next,
}

/// How doubtful examples are read.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Inference {
    /// Documented names of members whose date-looking example is a date-time.
    #[serde(default)]
    pub date_time_members: Vec<String>,
    /// The same of those whose fraction may have any number of digits; `*` stands for any part.
    pub loose_date_time_members: Option<Patterns>,
    /// The formats that schemas name and values of portals of this kind do not keep.
    #[serde(default)]
    pub loose_formats: Vec<String>,
    /// How many digits the fraction of a date-time has; any number where nothing is said.
    pub date_time_fraction_digits: Option<u8>,
}

impl Inference {
    /// Whether the date-times of a documented name may have any number of digits, whatever is said of others.
    #[must_use]
    pub fn is_loose_date_time(&self, name: &str) -> bool {
        let loose = self.loose_date_time_members.as_ref();
        loose.is_some_and(|loose| loose.mean(name))
    }
}

/// What is known of one member beyond its example; it overrides what the example implies.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Note {
    /// Where: documented names from the payload on, or the end of such a path; `*` for list items.
    pub at: String,
    /// In the answers of which operations; of all, where nothing is said.
    pub operation: Option<Patterns>,
    /// In the objects of which definition; `at` is then the whole path from such an object on.
    pub definition: Option<String>,
    /// Its type.
    #[serde(rename = "type")]
    pub kind: Option<NotedType>,
    /// The only values that it may have, where there are any.
    #[serde(default)]
    pub one_of: Vec<serde_json::Value>,
    /// The least number that it may be.
    pub at_least: Option<i64>,
    /// The greatest number that it may be.
    pub at_most: Option<i64>,
    /// What its text matches as a whole.
    pub matches: Option<Pattern>,
    /// Whether it may be missing.
    pub optional: Option<bool>,
    /// Whether it may be null.
    pub nullable: Option<bool>,
    /// Whether the names of its members are data, as in a dictionary, or those that the page shows.
    pub names: Option<NamesOf>,
    /// In which objects it is to be found.
    pub when: Option<When>,
    /// Whether portals of this kind never send it; it is then not asked for.
    pub never: Option<bool>,
    /// Whether its value may be another one in each answer, whatever else stays the same.
    pub varies: Option<bool>,
    /// What the note rests on.
    pub because: String,
}

/// What the names of the members of an object are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NamesOf {
    /// Data: any names, all of whose values are alike.
    Free,
    /// Those that the page shows.
    Documented,
}

/// A member that portals of this kind send and no page documents.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Added {
    /// Its name, written as documented names are.
    pub name: String,
    /// The documented path of the object in which it stands; empty for the resource, or for an object of
    /// the definition.
    #[serde(default, rename = "in")]
    pub within: String,
    /// In the answers of which operations; of all, where nothing is said.
    pub operation: Option<Patterns>,
    /// In the objects of which definition.
    pub definition: Option<String>,
    /// Its type; an object where `of` lists members.
    #[serde(rename = "type")]
    pub kind: Option<NotedType>,
    /// For an object: the documented members of the enclosing object that it has as well.
    #[serde(default)]
    pub of: Vec<String>,
    /// Whether it may be missing.
    #[serde(default)]
    pub optional: bool,
    /// Whether it may be null.
    #[serde(default)]
    pub nullable: bool,
    /// In which objects it is to be found.
    pub when: Option<When>,
    /// What it rests on.
    pub because: String,
}

/// What a documented boolean member of the same object says.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct When {
    /// The documented name of the member.
    pub member: String,
    /// What it says.
    pub is: bool,
    /// Whether what depends on it must not stand where it says the other.
    #[serde(default)]
    pub only: bool,
}

/// The types that a note can give.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NotedType {
    /// Any text.
    Text,
    /// A whole number.
    Integer,
    /// Any number.
    Number,
    /// `true` or `false`.
    Boolean,
    /// A date-time of RFC 3339.
    DateTime,
    /// A GUID.
    Guid,
    /// Anything.
    Any,
}

/// Parameters that name resources.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Identity {
    /// Of which operations: names in which `*` stands for any part. Without it, of those that answer with the
    /// resource that their path ends with, or with those that a list in the body names.
    pub operation: Option<Patterns>,
    /// The parameters, such as `contactid`: names in which `*` stands for any part.
    pub parameter: Patterns,
    /// The documented member of the resource that repeats it, such as `id`; without it, the resource must be
    /// there and no answer tells of it.
    pub member: Option<String>,
    /// Whether they do; `false` takes back what an entry before it says, and what would be inferred.
    #[serde(default = "yes")]
    pub is: bool,
    /// What it rests on.
    pub because: Option<String>,
}

/// Writes that may be sent again, as doing them twice is doing them once (RFC 9110, 9.2.2).
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Repeatable {
    /// The operations: names in which `*` stands for any part.
    pub operation: String,
    /// Whether they may; `false` takes back what an entry before it says.
    #[serde(default = "yes")]
    pub is: bool,
    /// What it rests on.
    pub because: String,
}

fn yes() -> bool {
    true
}

/// A name for a shape that stands in several places.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Definition {
    /// The name, such as `Employee`.
    pub name: String,
    /// The places, written as in [`Note::at`].
    #[serde(default)]
    pub of: Vec<String>,
    /// Documented members by which such an object is known wherever it stands: it has them all, in any
    /// letter case.
    #[serde(default)]
    pub having: Vec<String>,
    /// In the answers of which operations; of all, where nothing is said.
    pub operation: Option<Patterns>,
}

impl Profile {
    /// What tells it from others: the digest of the digests of its text and of those that it extends, in
    /// this order.
    #[must_use]
    pub fn digest(&self) -> Digest {
        self.digest
    }

    /// Whether the order of a list counts, by its documented path.
    #[must_use]
    pub fn is_ordered(&self, path: &str) -> bool {
        let ends = |end: &String| {
            let before = path.strip_suffix(end.as_str());
            before.is_some_and(|before| before.is_empty() || before.ends_with('/'))
        };
        self.ordered.iter().any(ends)
    }

    /// How a documented member name is spelled on the wire.
    #[must_use]
    pub fn wire_name(&self, documented: &str) -> String {
        self.member_case.spelled(documented)
    }

    /// What ends the path of a request for a format, where the documented path does not say so itself.
    #[must_use]
    pub fn extension(&self, format: Format) -> &str {
        match format {
            Format::Json => &self.json.extension,
            Format::Xml => &self.xml.extension,
        }
    }

    /// What ends a documented path in a request for a format: nothing where the path says itself how it ends.
    #[must_use]
    pub fn ending(&self, path: &str, format: Format) -> &str {
        if says_format(path) {
            ""
        } else {
            self.extension(format)
        }
    }

    /// The `Accept` header of a request for a format.
    #[must_use]
    pub fn accept(&self, format: Format) -> &str {
        match format {
            Format::Json => &self.json.accept,
            Format::Xml => &self.xml.accept,
        }
    }

    /// How the body of a request for a format is written.
    #[must_use]
    pub fn body_form(&self, format: Format) -> BodyForm {
        match format {
            Format::Json => self.json.body,
            Format::Xml => self.xml.body,
        }
    }

    /// What a member that no page documents rests on, by its name on the page or on the wire.
    #[must_use]
    pub fn because(&self, documented: &str) -> Option<&str> {
        let added = self.added.iter().find(|added| {
            let below = documented.strip_prefix(added.within.as_str());
            let is_there = below.is_some_and(|name| name.trim_start_matches('/') == added.name);
            is_there || (added.definition.is_some() && wire::is_at(documented, &added.name))
        });
        let members = &self.envelope.members;
        let around = || members.iter().find(|member| member.name == documented);
        match added {
            Some(added) => Some(&added.because),
            None => around()?.because.as_deref(),
        }
    }

    /// The media types that an answer of a format may carry.
    #[must_use]
    pub fn media_types(&self, format: Format) -> &[String] {
        match format {
            Format::Json => &self.json.media_types,
            Format::Xml => &self.xml.media_types,
        }
    }

    /// The status codes with which an operation succeeds, first one with the documented answer: those that its
    /// document names where the profile leaves that to documents, else the profile's of its method.
    #[must_use]
    pub fn success_codes<'a>(&'a self, operation: &'a Operation) -> &'a [u16] {
        let documented = &operation.success.codes;
        // Of a method that no page has, documents alone know anything.
        let is_known = crate::page::METHODS.contains(&operation.method.as_str());
        let is_left = !is_known || self.documented_success.contains(&operation.method);
        if is_left && !documented.is_empty() {
            return documented;
        }
        self.success_codes_of(&operation.method)
    }

    /// Whether an operation succeeds with a status code of which its document shows no answer, or another one.
    #[must_use]
    pub fn succeeds_otherwise(&self, operation: &Operation, status: u16) -> bool {
        let is_other = operation.success.other.contains(&status);
        is_other && self.success_codes(operation).contains(&status)
    }

    /// The status codes of a success of a method that no document names; 200 where the profile names none.
    #[must_use]
    pub fn success_codes_of(&self, method: &str) -> &[u16] {
        self.success.get(method).map_or(&[200], Vec::as_slice)
    }

    /// Whether a request of an operation may be sent again.
    ///
    /// Every read may. A write may where the last entry that means it says so, whatever its method: what
    /// RFC 9110 promises of PUT and DELETE, portals do not keep.
    #[must_use]
    pub fn is_repeatable(&self, operation: &Operation) -> bool {
        let name = operation.id.as_str();
        let mut entries = self.repeatables.iter().rev();
        let entry = entries.find(|entry| matches(&entry.operation, name));
        !operation.writes() || entry.is_some_and(|entry| entry.is)
    }
}
