//! A profile as it is proposed: entries as data, each with what it rests on.

use std::collections::BTreeSet;

use time::Date;

use crate::check::Rule;
use crate::contract::Format;
use crate::profile::{MemberCase, NotedType, Repeats, Tells};

/// A profile as it is proposed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// The profile that it extends.
    pub base: String,
    /// What messages call it.
    pub name: String,
    /// The day on which the answers were counted, in UTC.
    pub date: Date,
    /// What it says beside its base.
    pub entries: Vec<Entry>,
    /// How many documented members the objects of the answers could hold.
    pub documented: usize,
    /// How many of them stand in payloads that are in no answer.
    pub unreached: usize,
    /// Where what is documented stands, one step deeper than a profile can say, as in every answer.
    pub below: Option<String>,
}

/// One thing that a profile says, and what that rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// What it says.
    pub says: Says,
    /// What it rests on.
    pub evidence: Evidence,
}

/// How often something was seen.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Evidence {
    /// How often.
    pub times: usize,
    /// Of how many answers, or objects in them.
    pub of: usize,
    /// In how many answers these were looked at.
    pub answers: usize,
    /// The operations that answered so, by their names.
    pub operations: Vec<String>,
}

/// What an entry says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Says {
    /// The letter case of all names.
    MemberCase(MemberCase),
    /// What ends the path of a request for a format.
    Extension(Format, String),
    /// What answers of a format are labelled as.
    MediaTypes(Format, Vec<String>),
    /// The root element.
    Root(String),
    /// The words for true and false in XML.
    Words {
        /// For true.
        yes: String,
        /// For false.
        no: String,
    },
    /// The status codes of a success of a method.
    Success(String, Vec<u16>),
    /// The status codes of refusals without a valid token.
    Authentication(Vec<u16>),
    /// The status codes of refusals of what is not there.
    Unknown(Vec<u16>),
    /// Numbers in other spellings are ids as well.
    LooseIds,
    /// How many digits the fraction of every date-time has.
    FractionDigits(u8),
    /// The reviewed envelopes of the base are not those of this portal.
    OwnSnapshots,
    /// The member that holds the payload, and what the pages call it.
    Payload {
        /// Its name on the wire; empty where the payload is the whole answer.
        name: String,
        /// Its name on the pages.
        documented: String,
        /// Whether the schemas of the documents are it alone, without what is around it.
        of_schemas: bool,
    },
    /// A name for what an operation answers, so that other entries can be about it.
    Definition(String),
    /// A member around the payload.
    Envelope(EnvelopeEntry),
    /// How a documented member is otherwise.
    Note(NoteEntry),
    /// A member that no page documents.
    Member(MemberEntry),
}

/// Where a member stands: in the objects of a definition.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MemberPlace {
    /// The definition.
    pub definition: String,
    /// The documented path from such an object on.
    pub at: String,
}

/// Where a member is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Where {
    /// The boolean member beside it that decides.
    pub member: String,
    /// What it says there.
    pub is: bool,
    /// Whether the member stands nowhere else.
    pub only: bool,
}

/// A member around the payload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnvelopeEntry {
    /// Its name.
    pub name: String,
    /// Its type.
    pub kind: NotedType,
    /// Its one value.
    pub constant: Option<i64>,
    /// Whether it may be missing.
    pub optional: bool,
    /// What it repeats.
    pub equals: Option<Repeats>,
    /// What it tells of a list.
    pub tells: Option<Tells>,
    /// Its least number.
    pub at_least: Option<i64>,
    /// Whether it has another value in each answer.
    pub varies: bool,
    /// Whether it breaks the contract without the entry.
    pub is_forgiven: bool,
}

/// How a documented member is otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a key of a note, and any of them may be said beside the others"
)]
pub struct NoteEntry {
    /// Where; without a definition any member that ends so, as an entry of the base has it.
    pub at: String,
    /// The definition.
    pub definition: Option<String>,
    /// Its type.
    pub kind: Option<NotedType>,
    /// Whether it may be missing.
    pub optional: bool,
    /// Whether it may be null.
    pub nullable: bool,
    /// Where it is asked for.
    pub when: Option<Where>,
    /// Whether nobody sends it.
    pub never: bool,
    /// Whether it has another value in each answer.
    pub varies: bool,
}

/// A member that no page documents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemberEntry {
    /// Its name.
    pub name: String,
    /// The definition of the objects that it stands in, or that these stand in.
    pub definition: String,
    /// The documented path of its object from there on.
    pub within: String,
    /// Its type.
    pub kind: NotedType,
    /// Whether it may be missing.
    pub optional: bool,
    /// Whether it may be null.
    pub nullable: bool,
    /// Where it is asked for.
    pub when: Option<Where>,
}

impl Evidence {
    /// That of answers alone.
    #[must_use]
    pub fn of(times: usize, answers: usize) -> Self {
        Self {
            times,
            of: answers,
            answers,
            operations: Vec::new(),
        }
    }
}

impl Draft {
    /// A draft that says nothing yet.
    #[must_use]
    pub fn new(base: &str, name: &str, date: Date) -> Self {
        Self {
            base: base.to_owned(),
            name: name.to_owned(),
            date,
            entries: Vec::new(),
            documented: 0,
            unreached: 0,
            below: None,
        }
    }

    /// How many documented members are in no answer: those that are no longer asked for, and those of payloads that
    /// were not found.
    #[must_use]
    pub fn absent(&self) -> usize {
        let is_absent = |entry: &&Entry| {
            let is_left_out =
                matches!(&entry.says, Says::Note(note) if note.never || note.optional);
            is_left_out && entry.evidence.times == entry.evidence.of
        };
        self.entries.iter().filter(is_absent).count() + self.unreached
    }

    /// Whether the answers are hardly those of the pages: more than half of the members are in none.
    #[must_use]
    pub fn is_of_other_pages(&self) -> bool {
        self.absent() * 2 > self.documented
    }

    /// Notes how many members are documented, and how many of these stand in payloads that are in no answer.
    pub(super) fn weigh(&mut self, (documented, unreached): (usize, usize)) {
        (self.documented, self.unreached) = (documented + self.never(), unreached);
    }

    /// How many members nobody sends.
    pub(super) fn never(&self) -> usize {
        let never = |entry: &&Entry| matches!(&entry.says, Says::Note(note) if note.never);
        self.entries.iter().filter(never).count()
    }

    /// Whether another one says the same, whatever it rests on.
    #[must_use]
    pub fn says_the_same(&self, other: &Self) -> bool {
        let own = self.entries.iter().map(|entry| &entry.says);
        self.base == other.base && own.eq(other.entries.iter().map(|entry| &entry.says))
    }

    /// Says something, in the place of what was said of the same.
    pub(super) fn put(&mut self, says: Says, evidence: Evidence) {
        let entry = Entry { says, evidence };
        let found = self
            .entries
            .iter_mut()
            .find(|other| other.says.is_about_the_same(&entry.says));
        match found {
            Some(found) => *found = entry,
            None => self.entries.push(entry),
        }
    }
}

impl NoteEntry {
    /// Whether it says that the member is as documented, whatever the base says.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        let is_said = self.optional || self.nullable || self.never || self.varies;
        !is_said && self.kind.is_none() && self.when.is_none()
    }

    /// Whether it allows what the page does not show.
    pub(super) fn allows(&self) -> bool {
        self.optional || self.nullable || self.never || self.when.is_some()
    }
}

impl Entry {
    /// Whether it was chosen before any answer was counted.
    pub(super) fn is_chosen(&self) -> bool {
        matches!(
            self.says,
            Says::MemberCase(_)
                | Says::Payload {
                    of_schemas: true,
                    ..
                }
        )
    }

    /// Whether it asks for more than its base does, and forgives nothing.
    #[must_use]
    pub fn only_asks(&self) -> bool {
        match &self.says {
            Says::Member(member) => !member.optional,
            Says::Note(note) => note.is_plain(),
            Says::FractionDigits(_) | Says::Definition(_) => true,
            Says::Envelope(envelope) => !envelope.is_forgiven,
            _ => false,
        }
    }

    /// Whether it asks for a member of one of these names, or for what one of these rules is about.
    pub(super) fn asks_of(&self, names: &BTreeSet<&str>, rules: &BTreeSet<Rule>) -> bool {
        match &self.says {
            Says::Member(member) => names.contains(member.name.as_str()),
            Says::FractionDigits(_) => rules.contains(&Rule::DateTime),
            _ => false,
        }
    }
}

impl Says {
    /// Where it stands among others: what holds for whole answers first, then by definition and name.
    pub(super) fn place(&self) -> (usize, String, String) {
        let of_format = |format: &Format| (format.to_string(), String::new());
        let (rank, (one, other)) = match self {
            Self::MemberCase(_) => (0, Default::default()),
            Self::OwnSnapshots => (1, Default::default()),
            Self::Success(method, _) => (2, (method.clone(), String::new())),
            Self::Authentication(_) => (3, Default::default()),
            Self::Unknown(_) | Self::LooseIds => (4, Default::default()),
            Self::Extension(format, _) => (5, of_format(format)),
            Self::MediaTypes(format, _) => (6, of_format(format)),
            Self::Root(_) => (7, Default::default()),
            Self::Words { .. } | Self::Payload { .. } => (8, Default::default()),
            Self::FractionDigits(_) => (9, Default::default()),
            Self::Definition(name) => (10, (name.clone(), String::new())),
            Self::Envelope(envelope) => (11, (envelope.name.clone(), String::new())),
            Self::Note(note) => {
                let definition = note.definition.clone().unwrap_or_default();
                (12, (definition, note.at.clone()))
            }
            Self::Member(member) => {
                let path = format!("{}/{}", member.within, member.name);
                (13, (member.definition.clone(), path))
            }
        };
        (rank, one, other)
    }

    /// Whether one of both takes the place of the other.
    fn is_about_the_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::MemberCase(_), Self::MemberCase(_))
            | (Self::Root(_), Self::Root(_))
            | (Self::Words { .. }, Self::Words { .. })
            | (Self::Payload { .. }, Self::Payload { .. })
            | (Self::Authentication(_), Self::Authentication(_))
            | (Self::Unknown(_), Self::Unknown(_))
            | (Self::LooseIds, Self::LooseIds)
            | (Self::FractionDigits(_), Self::FractionDigits(_))
            | (Self::OwnSnapshots, Self::OwnSnapshots) => true,
            (Self::Extension(one, _), Self::Extension(other, _))
            | (Self::MediaTypes(one, _), Self::MediaTypes(other, _)) => one == other,
            (Self::Success(one, _), Self::Success(other, _))
            | (Self::Definition(one), Self::Definition(other)) => one == other,
            (Self::Envelope(one), Self::Envelope(other)) => one.name == other.name,
            (Self::Note(one), Self::Note(other)) => {
                one.at == other.at && one.definition == other.definition
            }
            (Self::Member(one), Self::Member(other)) => {
                one.name == other.name
                    && one.definition == other.definition
                    && one.within == other.within
            }
            _ => false,
        }
    }
}
