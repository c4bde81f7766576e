//! How XML spells booleans.

use crate::contract::{Format, Operation};
use crate::profile::{Profile, Xml};

/// The spellings that XML written by one library or another has. The first is that of .NET's `ToString`, the second
/// that of XML Schema (2, 3.3.2).
const SPELLINGS: [[&str; 2]; 3] = [["True", "False"], ["true", "false"], ["TRUE", "FALSE"]];

/// The words that writers of XML have for true and false, in any letter case: those of XML Schema (2, 3.3.2), and
/// those that configuration files and databases use.
const WORDS: [[&str; 2]; 6] = [
    ["true", "false"],
    ["1", "0"],
    ["yes", "no"],
    ["on", "off"],
    ["t", "f"],
    ["y", "n"],
];

/// The words for `true` and `false` in XML.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Booleans {
    /// How `true` is spelled.
    pub yes: String,
    /// How `false` is spelled.
    pub no: String,
}

impl Booleans {
    /// The word for one of the two.
    #[must_use]
    pub fn word(&self, is: bool) -> &str {
        if is { &self.yes } else { &self.no }
    }

    /// The words of which one is this one, both in its letter case; `None` where no writer of XML is known to use it.
    #[must_use]
    pub fn like(word: &str) -> Option<Self> {
        let is = |known: &str| word.eq_ignore_ascii_case(known);
        let [yes, no] = WORDS
            .into_iter()
            .find(|words| words.iter().any(|one| is(one)))?;
        let in_case = |other: &str| {
            let (first, rest) = word.split_at(1);
            let is_small = |text: &str| text == text.to_ascii_lowercase();
            if is_small(first) {
                other.to_owned()
            } else if rest.is_empty() || !is_small(rest) {
                other.to_ascii_uppercase()
            } else {
                let (first, rest) = other.split_at(1);
                format!("{}{rest}", first.to_ascii_uppercase())
            }
        };
        Some(if is(yes) {
            Self {
                yes: word.to_owned(),
                no: in_case(no),
            }
        } else {
            Self {
                yes: in_case(yes),
                no: word.to_owned(),
            }
        })
    }

    /// Those that an example shows; `None` where it has no booleans, or spells them in more ways than one.
    fn shown(example: &str) -> Option<Self> {
        let texts = example.split('<').filter_map(|tag| tag.split_once('>'));
        let words: Vec<&str> = texts.map(|(_, text)| text.trim()).collect();
        let mut shown = SPELLINGS
            .into_iter()
            .filter(|spelling| spelling.iter().any(|word| words.contains(word)));
        let [yes, no] = shown.next().filter(|_| shown.next().is_none())?;
        Some(Self {
            yes: yes.to_owned(),
            no: no.to_owned(),
        })
    }
}

impl Xml {
    /// How booleans are spelled where no example tells.
    #[must_use]
    pub fn booleans(&self) -> Booleans {
        Booleans {
            yes: self.yes.clone(),
            no: self.no.clone(),
        }
    }
}

impl Profile {
    /// How XML answers of an operation spell booleans: as its example does, where the profile leaves it to the
    /// pages, and as XML Schema has it where a schema alone documents it; else as the profile says.
    #[must_use]
    pub fn booleans(&self, operation: &Operation) -> Booleans {
        let example = operation.response(Format::Xml);
        let Some(example) = example.filter(|_| self.xml.documented_booleans) else {
            return self.xml.booleans();
        };
        if let Some([yes, no]) = example.booleans.clone() {
            return Booleans { yes, no };
        }
        let text = operation.source.slice(example.body).trim_start();
        let shown = text.starts_with('<').then(|| Booleans::shown(text));
        shown.flatten().unwrap_or_else(|| {
            if example.shape.is_some() && !example.is_whole {
                let [yes, no] = SPELLINGS[1].map(str::to_owned);
                Booleans { yes, no }
            } else {
                self.xml.booleans()
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_brings_the_other_one_in_its_letter_case() {
        for (word, expected) in [
            ("yes", Some(["yes", "no"])),
            ("NO", Some(["YES", "NO"])),
            ("Off", Some(["On", "Off"])),
            ("F", Some(["T", "F"])),
            ("0", Some(["1", "0"])),
            ("True", Some(["True", "False"])),
            ("maybe", None),
            ("\u{e4}", None),
            ("", None),
        ] {
            let like = Booleans::like(word);
            let like = like.as_ref().map(|one| [&*one.yes, &*one.no]);
            assert_eq!(like, expected, "{word}");
        }
    }

    #[test]
    fn an_example_shows_how_it_spells_booleans() {
        for (example, expected) in [
            ("<a><b>true</b><c>x</c></a>", Some(["true", "false"])),
            ("<a>\n <b> false </b></a>", Some(["true", "false"])),
            ("<a><b>False</b></a>", Some(["True", "False"])),
            ("<a><b>TRUE</b></a>", Some(["TRUE", "FALSE"])),
            ("<a><b>true</b><c>False</c></a>", None),
            ("<a><b>is true</b></a>", None),
            ("<true>1</true>", None),
            ("", None),
        ] {
            let shown = Booleans::shown(example);
            let shown = shown.as_ref().map(|one| [&*one.yes, &*one.no]);
            assert_eq!(shown, expected, "{example}");
        }
    }
}
