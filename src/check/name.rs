//! Names and words that the portal chose: shown where they look like names of a program's, else told by
//! their length, as members are sometimes named after data. Those that a page or a profile gives are nobody's
//! data, and shown as they are.

use std::collections::BTreeSet;
use std::fmt;

use crate::media_type::{NoMediaType, media_type};
use crate::pointer::{escaped, is_index};
use crate::shape::{Kind, Shape};

/// The longest name of the portal's that is shown, in characters.
const MAX_NAME: usize = 40;

/// Longer numbers in a pointer are no places in a list, but names: of a telephone, perhaps.
const MAX_INDEX: usize = 7;

/// What is told of a name that the portal chose.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Name {
    /// It is one of a program's kind.
    Plain(String),
    /// It may be data, such as the name of a person: only its length is told, in characters.
    Hidden(usize),
}

/// What is told of a word in a header or a declaration.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Word {
    /// It is a word (RFC 9110, 5.6.2), or a media type.
    Plain(String),
    /// It lists several.
    Several,
    /// It is none: what it should be, and its length in characters.
    Hidden(Meant, usize),
}

/// What a word that is none should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Meant {
    /// A media type that nobody would show.
    MediaType,
    /// The whole of a `Content-Type`.
    Header,
    /// The charset of one.
    Charset,
    /// The encoding that a declaration names.
    Encoding,
}

impl Name {
    /// Takes a name that the portal chose.
    #[must_use]
    pub fn of(name: &str) -> Self {
        if is_plain(name) {
            Self::Plain(name.to_owned())
        } else {
            Self::Hidden(name.chars().count())
        }
    }
}

fn is_plain(name: &str) -> bool {
    let is_first = |c: char| c.is_ascii_alphabetic() || matches!(c, '_' | '$');
    let is_other = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '$' | '-' | '.' | ':');
    name.len() <= MAX_NAME && name.starts_with(is_first) && name.chars().all(is_other)
}

impl Word {
    /// Takes a media type that the portal chose.
    #[must_use]
    pub fn of(text: &str) -> Self {
        Self::meant(Meant::MediaType, text)
    }

    /// Takes a `Content-Type` that is no media type.
    #[must_use]
    pub fn of_header(header: &str, reason: NoMediaType) -> Self {
        if reason == NoMediaType::Several {
            return Self::Several;
        }
        let (essence, parameters) = header.split_once(';').unwrap_or((header, ""));
        let parameters = parameters.split(';').filter_map(|one| one.split_once('='));
        let mut charsets =
            parameters.filter(|(name, _)| name.trim().eq_ignore_ascii_case("charset"));
        // Two that contradict each other may well be some.
        let is_none = |charset: &str| media_type(&format!("a/b; charset={charset}")).is_err();
        match charsets.find(|(_, charset)| is_none(charset)) {
            Some((_, charset)) if media_type(essence).is_ok() => {
                Self::Hidden(Meant::Charset, charset.trim().chars().count())
            }
            _ => Self::Hidden(Meant::Header, header.trim().chars().count()),
        }
    }

    /// Takes what a word should be, and the word that the portal chose.
    #[must_use]
    pub fn meant(meant: Meant, text: &str) -> Self {
        let is_part = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~/".contains(c);
        if !text.is_empty() && text.len() <= MAX_NAME + MAX_NAME && text.chars().all(is_part) {
            Self::Plain(text.to_owned())
        } else {
            Self::Hidden(meant, text.chars().count())
        }
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Plain(name) => write!(f, "`{name}`"),
            Self::Hidden(length) => write!(f, "a name of {}", count(*length, "character")),
        }
    }
}

impl fmt::Display for Word {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (what, length) = match self {
            Self::Plain(word) => return f.write_str(word),
            Self::Several => return f.write_str("several media types"),
            Self::Hidden(Meant::MediaType, length) => {
                return write!(f, "a media type of {}", count(*length, "character"));
            }
            Self::Hidden(Meant::Header, length) => ("a Content-Type that is no media type", length),
            Self::Hidden(Meant::Charset, length) => ("a charset that is none", length),
            Self::Hidden(Meant::Encoding, length) => ("an encoding that is none", length),
        };
        write!(f, "{what} ({})", count(*length, "character"))
    }
}

/// The names that pages and profile give, as steps of a JSON pointer have them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KnownNames(BTreeSet<String>);

impl KnownNames {
    /// The names of a shape's members, on the page and on the wire, and of theirs.
    pub(super) fn add(&mut self, shape: &Shape) {
        match &shape.kind {
            Kind::Object(object) => {
                for member in &object.members {
                    self.add_name(&member.name);
                    self.add_name(&member.documented);
                }
                object.shapes().for_each(|shape| self.add(shape));
            }
            Kind::List(item) => self.add(item),
            _ => {}
        }
    }

    /// A name; what would not stay in its line is told by its length all the same.
    pub(super) fn add_name(&mut self, name: &str) {
        if !name.chars().any(char::is_control) {
            // A name on the page is shown as it is, one in a pointer as pointers have it.
            self.0.insert(name.to_owned());
            self.0.insert(escaped(name).into_owned());
        }
    }

    /// The names of others as well.
    pub(super) fn extend(&mut self, others: &Self) {
        self.0.extend(others.0.iter().cloned());
    }

    /// A JSON pointer, or steps of one, in which only known and plain names stand.
    #[must_use]
    pub fn shown_pointer(&self, pointer: &str) -> String {
        let shown = |step: &str| {
            let is_place = is_index(step) && step.len() < MAX_INDEX;
            match Name::of(step) {
                Name::Plain(name) => name,
                Name::Hidden(_) if matches!(step, "" | "*") || is_place => step.to_owned(),
                Name::Hidden(_) if self.0.contains(step) => step.to_owned(),
                hidden @ Name::Hidden(_) => format!("({hidden})"),
            }
        };
        let steps: Vec<String> = pointer.split('/').map(shown).collect();
        steps.join("/")
    }
}

/// `1 item`, `2 items`.
#[must_use]
pub fn count(number: usize, noun: &str) -> String {
    if number == 1 {
        format!("1 {noun}")
    } else {
        format!("{number} {noun}s")
    }
}
