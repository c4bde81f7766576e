//! Which requests that may change a portal are sent to it.

use crate::contract::{Contract, Operation, OperationId, ParameterIn};
use crate::names::doing::{empties, leaves};
use crate::names::{closest, matches};

/// What a pattern begins with that names deletions.
const DELETION: &str = "delete";

/// Which writes are let out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Writes {
    /// None.
    #[default]
    Held,
    /// Some of them.
    Some {
        /// Those that the profile calls repeatable, deletions excepted.
        repeatable: bool,
        /// Those whose operation one of these patterns means; `*` stands for any part of a name.
        named: Vec<String>,
    },
    /// All: nothing that anybody misses can be changed.
    All,
}

/// Why no leave to write can be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WritesError {
    /// A pattern without a character.
    #[error("an empty pattern names no operation, such as post-crm-contact-*")]
    Empty,
    /// The same leave is given and taken back.
    #[error("false stands beside patterns or true: give one or the other")]
    Both,
    /// A pattern means no operation.
    #[error("no operation of the pages is named `{pattern}`{advice}")]
    Unknown {
        /// The pattern.
        pattern: String,
        /// The nearest name.
        advice: String,
    },
    /// A pattern means operations that need no leave.
    #[error("`{pattern}` names reads alone, which are sent anyway")]
    Reads {
        /// The pattern.
        pattern: String,
    },
    /// A pattern means what is let out by its whole name.
    #[error(
        "`{pattern}` names what empties a place or ends who asks alone, which is let out only by its whole name, such as `{example}`"
    )]
    Sweeps {
        /// The pattern.
        pattern: String,
        /// One of them.
        example: OperationId,
    },
    /// A pattern means deletions and does not say so.
    #[error(
        "`{pattern}` names deletions alone, which are let out only by a pattern that begins with `{DELETION}`, such as `{example}`"
    )]
    Deletions {
        /// The pattern.
        pattern: String,
        /// One of them.
        example: OperationId,
    },
}

impl Writes {
    /// Those that the profile calls repeatable.
    #[must_use]
    pub fn repeatable() -> Self {
        Self::Some {
            repeatable: true,
            named: Vec::new(),
        }
    }

    /// Those of some operations, by patterns of their names.
    #[must_use]
    pub fn named(patterns: &[String]) -> Self {
        Self::Some {
            repeatable: false,
            named: patterns.to_vec(),
        }
    }

    /// Reads what stands behind the options of a command line: `true`, `false`, or patterns of names of
    /// operations; nothing where there is none.
    ///
    /// # Errors
    ///
    /// [`WritesError::Empty`] and [`WritesError::Both`].
    pub fn parse(words: &[String]) -> Result<Option<Self>, WritesError> {
        if words.is_empty() {
            return Ok(None);
        }
        let words: Vec<&str> = words.iter().map(|word| word.trim()).collect();
        if words.contains(&"false") {
            let is_plain = words.iter().all(|word| *word == "false");
            return is_plain
                .then_some(Some(Self::Held))
                .ok_or(WritesError::Both);
        }
        if words.iter().any(|word| word.is_empty()) {
            return Err(WritesError::Empty);
        }
        let named = words.iter().filter(|word| **word != "true");
        Ok(Some(Self::Some {
            repeatable: words.contains(&"true"),
            named: named.map(|word| (*word).to_owned()).collect(),
        }))
    }

    /// Whether any may be let out.
    #[must_use]
    pub fn any(&self) -> bool {
        *self != Self::Held
    }

    /// The patterns, in the order in which they were given.
    #[must_use]
    pub fn patterns(&self) -> &[String] {
        match self {
            Self::Some { named, .. } => named,
            Self::Held | Self::All => &[],
        }
    }

    /// Whether a write is let out; `is_repeatable` where the profile says that it is harmless to repeat.
    ///
    /// What deletes is let out by a pattern that says so alone: what is gone does not come back, however
    /// harmless it is to delete it twice. What empties a place, or ends who asks, is let out by its whole name. A GET
    /// that is harmless to repeat needs no leave.
    #[must_use]
    pub fn let_out(&self, operation: &Operation, is_repeatable: bool) -> bool {
        match self {
            _ if is_repeatable && operation.writes_by_get() => true,
            Self::Held => false,
            Self::All => true,
            Self::Some { repeatable, named } => {
                let is_free = *repeatable
                    && is_repeatable
                    && !deletes(operation)
                    && sweep(operation).is_none();
                is_free || named.iter().any(|pattern| names(pattern, operation))
            }
        }
    }

    /// Holds the patterns against the pages; the place of the wrong one goes with the error.
    ///
    /// # Errors
    ///
    /// [`WritesError`] for the first that lets nothing out.
    pub fn check(&self, contract: &Contract) -> Result<(), (usize, WritesError)> {
        let mut patterns = self.patterns().iter().enumerate();
        let wrong = patterns.find_map(|(at, pattern)| Some((at, wrong(pattern, contract)?)));
        wrong.map_or(Ok(()), Err)
    }
}

/// Whether a request of an operation takes something away.
fn deletes(operation: &Operation) -> bool {
    operation.method == "DELETE"
}

/// What a write takes away that is more than one thing that its request names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sweep {
    /// All that stands in a place.
    Place,
    /// Who asks, or what lets them ask.
    Asker,
}

/// Whether a write takes away more than one thing that its request names, as far as its words tell.
#[must_use]
pub fn sweep(operation: &Operation) -> Option<Sweep> {
    let words = operation.last_words();
    let is_of_asker = operation
        .path
        .rsplit('/')
        .next()
        .is_some_and(|step| ASKERS.contains(&step.to_lowercase().as_str()));
    let names_one = || {
        let mut parameters = operation.parameters.iter();
        parameters.any(|one| {
            let is_called_id = names_id(&one.name);
            one.sent_in == ParameterIn::Path || !one.optional && (one.may_be_id() || is_called_id)
        })
    };
    if operation.writes() && leaves(&words) || deletes(operation) && is_of_asker {
        return Some(Sweep::Asker);
    }
    let takes = deletes(operation) || operation.writes() && empties(&words);
    (takes && !names_one()).then_some(Sweep::Place)
}

/// Steps of paths that mean who asks.
const ASKERS: [&str; 7] = [
    "@me", "@self", "account", "current", "me", "self", "session",
];

/// Whether a parameter is called an id, or ids.
fn names_id(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name.ends_with("id") || name.ends_with("ids")
}

/// Whether a pattern lets an operation's writes out.
fn names(pattern: &str, operation: &Operation) -> bool {
    let id = operation.id.as_str();
    if sweep(operation).is_some() {
        return pattern == id;
    }
    matches(pattern, id) && (!deletes(operation) || pattern.starts_with(DELETION))
}

/// Why a pattern lets nothing out, where it does not.
fn wrong(pattern: &str, contract: &Contract) -> Option<WritesError> {
    let operations = contract.operations.iter();
    let meant: Vec<&Operation> = operations
        .filter(|operation| matches(pattern, operation.id.as_str()))
        .collect();
    let writes = || meant.iter().filter(|operation| operation.writes());
    if writes().any(|operation| names(pattern, operation)) {
        return None;
    }
    let pattern = pattern.to_owned();
    let is_sweep = |operation: &&&Operation| sweep(operation).is_some();
    let other = writes().find(|operation| !is_sweep(operation));
    Some(match (other.or(writes().next()), meant.is_empty()) {
        (Some(swept), _) if other.is_none() => WritesError::Sweeps {
            pattern,
            example: swept.id.clone(),
        },
        (Some(deletion), _) => WritesError::Deletions {
            pattern,
            example: deletion.id.clone(),
        },
        (None, false) => WritesError::Reads { pattern },
        (None, true) => WritesError::Unknown {
            advice: advice(&pattern, contract),
            pattern,
        },
    })
}

/// The nearest name of a write; all of them where they are few.
fn advice(pattern: &str, contract: &Contract) -> String {
    const MOST_SHOWN: usize = 8;
    let writes = contract.operations.iter().filter(|one| one.writes());
    let known: Vec<&str> = writes.map(|one| one.id.as_str()).collect();
    match closest(pattern, &known) {
        Some(name) => format!("; did you mean `{name}`?"),
        None if known.is_empty() => "; the pages document no write".to_owned(),
        None if known.len() <= MOST_SHOWN => format!("; the writes are {}", known.join(", ")),
        None => format!("; the pages document {} writes", known.len()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::of_sources;
    use crate::source::Source;

    fn contract() -> Contract {
        let headings = [
            "GET api/2.0/boat",
            "POST api/2.0/boat",
            "PUT api/2.0/boat/{id}",
            "PATCH api/2.0/boat/{id}",
            "DELETE api/2.0/boat/{id}",
            "DELETE api/2.0/oar/{id}",
        ];
        let pages = headings.iter().map(|heading| {
            let page = format!(
                "{heading} This function requires authentication\n\nParameters\n\
                 This method doesn't have any parameters.\n\nReturns\n\nBoat\n\n\
                 Example Response\n\napplication/json\n\n{{\"status\": 0, \"response\": {{\"a\": 1}}}}\n"
            );
            Source::new(&format!("{heading}.txt"), &page)
        });
        of_sources(pages.collect::<Vec<_>>()).unwrap()
    }

    fn words(words: &[&str]) -> Vec<String> {
        words.iter().map(|word| (*word).to_owned()).collect()
    }

    #[test]
    fn a_write_is_let_out_by_its_name_and_a_deletion_by_nothing_else() {
        let contract = contract();
        let let_out = |given: &[&str], is_repeatable| {
            let writes = Writes::parse(&words(given)).unwrap().unwrap_or_default();
            let operations = contract.operations.iter().filter(|one| one.writes());
            let out = operations.filter(|one| writes.let_out(one, is_repeatable));
            let ids: Vec<String> = out.map(|one| one.id.to_string()).collect();
            ids.join(" ")
        };
        let (put, patch) = ("put-boat-id", "patch-boat-id");
        let unnamed = format!("{patch} post-boat {put}");
        for (given, is_repeatable, expected) in [
            (&[][..], true, ""),
            (&["false"], true, ""),
            (&["true"], false, ""),
            (&["true"], true, unnamed.as_str()),
            (&["*"], false, &unnamed),
            (&["**"], true, &unnamed),
            (&["*boat*"], false, &unnamed),
            (&["d*"], true, ""),
            (&["post-*"], false, "post-boat"),
            (&["post-*", "true"], false, "post-boat"),
            (
                &["put-boat-id", "patch-*"],
                false,
                &format!("{patch} {put}"),
            ),
            (&["delete-boat-id"], false, "delete-boat-id"),
            (&["delete*"], false, "delete-boat-id delete-oar-id"),
            (
                &["delete-oar*", "*"],
                false,
                &format!("delete-oar-id {unnamed}"),
            ),
        ] {
            let mut expected: Vec<&str> = expected.split_whitespace().collect();
            let out = let_out(given, is_repeatable);
            let mut out: Vec<&str> = out.split_whitespace().collect();
            out.sort_unstable();
            expected.sort_unstable();
            assert_eq!(out, expected, "{given:?} {is_repeatable}");
        }
        let deletion = contract.operations.iter().find(|one| deletes(one));
        assert!(Writes::All.let_out(deletion.unwrap(), false));
    }

    #[test]
    fn what_sweeps_is_let_out_by_its_whole_name() {
        let text = "openapi: 3.1.0\npaths:\n  /boats: {delete: {}, post: {}}\n  /boats/{id}: {delete: {}}\n  /boats/purge: \
                    {post: {}}\n  /oars: {delete: {parameters: [{name: ids, in: query, required: true}]}}\n  /me: \
                    {delete: {}, put: {}}\n  /crews/{id}/me: {delete: {}}\n  /auth/logout: {get: {}, post: {}}\n";
        let contract = of_sources(vec![Source::new("a.yaml", text)]).unwrap();
        let out = |pattern: &str| {
            let writes = Writes::named(&words(&[pattern]));
            let operations = contract.operations.iter();
            let out = operations.filter(|one| one.writes() && writes.let_out(one, false));
            out.map(|one| one.id.to_string()).collect::<Vec<_>>()
        };
        assert_eq!(out("delete-*"), ["delete-boats-id", "delete-oars"]);
        assert_eq!(out("post-*"), ["post-boats"]);
        assert_eq!(out("put-me"), ["put-me"]);
        assert!(out("get-*").is_empty());
        for name in [
            "delete-boats",
            "delete-me",
            "delete-crews-id-me",
            "post-boats-purge",
            "post-auth-logout",
            "get-auth-logout",
        ] {
            assert_eq!(out(name), [name]);
        }
        let told = |pattern: &str| match Writes::named(&words(&[pattern])).check(&contract) {
            Ok(()) => String::new(),
            Err((_, error)) => error.to_string(),
        };
        assert!(
            told("*-me").ends_with("by its whole name, such as `delete-crews-id-me`")
                || told("*-me").is_empty()
        );
        assert!(told("delete-*-me").ends_with("by its whole name, such as `delete-crews-id-me`"));
        assert_eq!(told("delete-*"), "");
        // A read that the profile calls repeatable needs no leave, another write does.
        let of = |id: &str| {
            contract
                .operations
                .iter()
                .find(|one| one.id.as_str() == id)
                .unwrap()
        };
        assert!(Writes::Held.let_out(of("get-auth-logout"), true));
        assert!(!Writes::Held.let_out(of("get-auth-logout"), false));
        assert!(!Writes::Held.let_out(of("put-me"), true));
    }

    #[test]
    fn a_pattern_that_lets_nothing_out_is_told_why() {
        let contract = contract();
        let told = |given: &[&str]| match Writes::named(&words(given)).check(&contract) {
            Ok(()) => String::new(),
            Err((at, error)) => format!("{at}: {error}"),
        };
        for (given, expected) in [
            (&["*"][..], ""),
            (&["post-boat", "delete-*"], ""),
            (
                &["post-boat", "post-boot"],
                "1: no operation of the pages is named `post-boot`; did you mean `post-boat`?",
            ),
            (
                &["xyz"],
                "0: no operation of the pages is named `xyz`; the writes are ",
            ),
            (&["get-*"], "0: `get-*` names reads alone"),
            (
                &["*oar*"],
                "0: `*oar*` names deletions alone, which are let out only by a pattern that begins with `delete`, such as `delete-oar-id`",
            ),
        ] {
            assert!(
                told(given).starts_with(expected),
                "{given:?}: {}",
                told(given)
            );
            assert_eq!(told(given).is_empty(), expected.is_empty(), "{given:?}");
        }
    }

    #[test]
    fn leave_is_read_as_it_is_typed() {
        assert_eq!(Writes::parse(&[]), Ok(None));
        assert_eq!(
            Writes::parse(&words(&["true"])),
            Ok(Some(Writes::repeatable()))
        );
        assert_eq!(Writes::parse(&words(&["false"])), Ok(Some(Writes::Held)));
        assert_eq!(
            Writes::parse(&words(&["a", " b"])),
            Ok(Some(Writes::named(&words(&["a", "b"]))))
        );
        for wrong in [&[""][..], &["a", ""], &["true", " "]] {
            assert_eq!(Writes::parse(&words(wrong)), Err(WritesError::Empty));
        }
        for wrong in [&["false", "a"][..], &["true", "false"]] {
            assert_eq!(Writes::parse(&words(wrong)), Err(WritesError::Both));
        }
    }
}
