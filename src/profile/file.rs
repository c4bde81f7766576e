//! Profiles as files: the built-in ones, one of the user's, and what `extends` means.

use std::collections::BTreeSet;
use std::mem;
use std::path::Path;

use serde::Deserialize;
use toml::Spanned;
use toml::de::{DeArray, DeTable, DeValue};

use crate::digest::Digest;
use crate::input;
use crate::names::in_our_words;
use crate::profile::Profile;
use crate::profile::error::ProfileError;
use crate::profile::own::{Meant, Own};
use crate::source::{Source, Span};

/// The profiles that are compiled in, by name.
const BUILTIN: [(&str, &str); 2] = [
    (
        "as-documented",
        include_str!("../../profiles/as-documented.toml"),
    ),
    (
        "community-server",
        include_str!("../../profiles/community-server.toml"),
    ),
];

/// The names of the built-in profiles.
#[must_use]
pub fn builtin_names() -> Vec<&'static str> {
    BUILTIN.iter().map(|(name, _)| *name).collect()
}

/// Loads a built-in profile by name, or one of the user's by path.
///
/// ```
/// let profile = portal_conformance::profile::load("as-documented").unwrap();
/// assert_eq!(profile.xml.yes, "True");
/// ```
///
/// # Errors
///
/// [`ProfileError`]: unknown name, unreadable file, a key that does not exist, a circle of `extends`.
pub fn load(name: &str) -> Result<Profile, ProfileError> {
    parse(name, &text_of(name)?)
}

/// Reads the text of a profile; what it extends is loaded.
///
/// # Errors
///
/// [`ProfileError`], as of [`load`].
pub fn parse(name: &str, text: &str) -> Result<Profile, ProfileError> {
    let mut own = Vec::new();
    let texts = texts(name, text)?;
    let mut tables: Vec<Spanned<DeTable<'_>>> = Vec::new();
    for source in &texts {
        let table = DeTable::parse(&source.text).map_err(|error| wrong(source, &error))?;
        tables.push(table);
    }
    // From the one that extends no other on.
    let mut whole: Option<Spanned<DeTable<'_>>> = None;
    let mut profile = None;
    for (source, mut table) in texts.iter().zip(tables).rev() {
        table.get_mut().remove("extends");
        if !builtin_names().contains(&source.name.as_ref()) {
            own.extend(own_entries(source, table.get_ref()));
        }
        let checks =
            shapes(source, table.get_ref()).and_then(|()| whole_effects(source, table.get_ref()));
        let laid = match whole.take() {
            None => table,
            Some(mut under) => {
                let span = table.span();
                leave_to_pages(under.get_mut(), table.get_ref());
                lay_over(under.get_mut(), table.into_inner(), "");
                Spanned::new(span, under.into_inner())
            }
        };
        let read = Profile::deserialize(toml::Deserializer::from(laid.clone()));
        profile = Some(read.map_err(|error| wrong(source, &error))?);
        checks?;
        whole = Some(laid);
    }
    let profile = profile.ok_or_else(|| unknown(name))?;
    let digests: Vec<Digest> = texts
        .iter()
        .map(|text| Digest::of_text(&text.text))
        .collect();
    Ok(Profile {
        own,
        digest: Digest::of_all(&digests),
        ..profile
    })
}

/// The names of a profile and of those that it extends, as far as they can be read.
#[must_use]
pub fn lineage(name: &str) -> Vec<String> {
    let texts = text_of(name).and_then(|text| texts(name, &text));
    texts.map_or_else(
        |_| vec![name.to_owned()],
        |texts| texts.iter().map(|text| text.name.to_string()).collect(),
    )
}

/// The texts of a profile and of those below it.
fn texts(name: &str, text: &str) -> Result<Vec<Source>, ProfileError> {
    let mut seen = Vec::new();
    let mut texts = Vec::new();
    let mut next = Some((name.to_owned(), text.to_owned()));
    while let Some((name, text)) = next.take() {
        let source = Source::new(&name, text.trim_start_matches('\u{feff}'));
        seen.push(name);
        let table = DeTable::parse(&source.text).map_err(|error| wrong(&source, &error))?;
        if let Some(parent) = table.get_ref().get("extends") {
            let Some(parent) = parent.get_ref().as_str() else {
                let span = span_of(parent);
                let found = parent.get_ref().type_str();
                let message = format!("`extends` is a {found}, expected the name of a profile");
                return Err(invalid(&source, span, &message));
            };
            if let Some(first) = seen.iter().position(|name| name == parent) {
                let span = span_of(&table.get_ref()["extends"]);
                let mut chain = seen.split_off(first);
                chain.push(parent.to_owned());
                return Err(ProfileError::Circle {
                    place: source.locate(span.start),
                    chain,
                    excerpt: format!("\n{}", source.excerpt(span)),
                });
            }
            next = Some((parent.to_owned(), text_of(parent)?));
        }
        texts.push(source);
    }
    Ok(texts)
}

fn span_of<T>(spanned: &Spanned<T>) -> Span {
    Span {
        start: spanned.span().start,
        end: spanned.span().end,
    }
}

fn wrong(source: &Source, error: &toml::de::Error) -> ProfileError {
    let span = error.span().unwrap_or_default();
    let span = Span {
        start: span.start,
        end: span.end,
    };
    invalid(source, span, &in_our_words(error.message()))
}

fn invalid(source: &Source, span: Span, message: &str) -> ProfileError {
    ProfileError::Invalid {
        place: source.locate(span.start),
        message: message.to_owned(),
        excerpt: format!("\n{}", source.excerpt(span)),
    }
}

/// Texts of a profile that must have a shape: the name of the root element (XML 1.0, 2.3) and what ends
/// a path.
fn shapes(source: &Source, table: &DeTable<'_>) -> Result<(), ProfileError> {
    let is_name = |text: &str| {
        let mut letters = text.chars();
        letters
            .next()
            .is_some_and(|c| c.is_alphabetic() || c == '_')
            && letters.all(|c| c.is_alphanumeric() || "-_.".contains(c))
    };
    let is_extension = |text: &str| {
        let letters = text.strip_prefix('.');
        text.is_empty()
            || letters.is_some_and(|letters| {
                !letters.is_empty() && letters.chars().all(|c| c.is_ascii_alphanumeric())
            })
    };
    let rules = [
        (
            "xml",
            "root",
            &is_name as &dyn Fn(&str) -> bool,
            "the name of an XML element, such as result",
        ),
        (
            "xml",
            "extension",
            &is_extension,
            "nothing, or a dot and letters, such as .xml",
        ),
        (
            "json",
            "extension",
            &is_extension,
            "nothing, or a dot and letters, such as .json",
        ),
    ];
    for (format, key, is_right, expected) in rules {
        let found = table
            .get(format)
            .and_then(|format| format.get_ref().get(key));
        if let Some(found) = found
            && let Some(text) = found.get_ref().as_str()
            && !is_right(text)
        {
            let message = format!("`{key}` is `{text}`, expected {expected}");
            return Err(invalid(source, span_of(found), &message));
        }
    }
    Ok(())
}

/// What a user's file names: documented members and operations.
fn own_entries(source: &Source, table: &DeTable<'_>) -> Vec<Own> {
    let mut own = Vec::new();
    let mut keep = |entry: &Spanned<DeValue<'_>>, what: Meant| {
        if let Some(text) = entry.get_ref().as_str() {
            own.push(Own {
                text: text.to_owned(),
                what,
                place: source.locate(span_of(entry).start),
                excerpt: format!("\n{}", source.excerpt(span_of(entry))),
            });
        }
    };
    for note in tables(table, "note") {
        let Some(at) = note.get("at") else { continue };
        let definition = text_at(note, "definition");
        keep(at, Meant::EndOfPath(definition.clone()));
        if let (Some(at), Some(when)) = (at.get_ref().as_str(), decider(note)) {
            keep(when, Meant::Beside(at.to_owned(), definition));
        }
    }
    for member in tables(table, "member") {
        let definition = text_at(member, "definition");
        if let Some(within) = member.get("in") {
            keep(within, Meant::Object(definition.clone()));
        }
        if let Some(when) = decider(member) {
            let object = text_at(member, "in").unwrap_or_default();
            keep(when, Meant::MemberOf(object, definition));
        }
    }
    for list in [
        "note",
        "member",
        "identity",
        "repeatable",
        "effect",
        "definition",
    ] {
        for entry in tables(table, list) {
            if let Some(definition) = entry.get("definition") {
                keep(definition, Meant::Definition);
            }
            let Some(operation) = entry.get("operation") else {
                continue;
            };
            let several = operation.get_ref().as_array();
            let patterns = several.map_or_else(|| vec![operation], |all| all.iter().collect());
            for one in &patterns {
                keep(one, Meant::Operations);
            }
            if let Some(parameter) = entry.get("parameter") {
                let patterns = patterns.iter().filter_map(|one| one.get_ref().as_str());
                let patterns = patterns.map(str::to_owned).collect();
                keep(parameter, Meant::ParameterOf(patterns));
            }
        }
    }
    own
}

/// An effect says what is read, and where in it the ids stand and from where they come, or that nothing is read.
fn whole_effects(source: &Source, table: &DeTable<'_>) -> Result<(), ProfileError> {
    for effect in tables(table, "effect") {
        let is_off = effect
            .get("is")
            .is_some_and(|is| is.get_ref().as_bool() == Some(false));
        if is_off {
            continue;
        }
        for key in ["read", "member", "parameter"] {
            let said = effect.get(key);
            if said.is_none_or(|said| said.get_ref().as_str() == Some("")) {
                let place = said.or_else(|| effect.get("operation"));
                let message = format!("an `[[effect]]` says its `{key}`, or `is = false`");
                return Err(invalid(
                    source,
                    place.map_or_else(Span::default, span_of),
                    &message,
                ));
            }
        }
    }
    Ok(())
}

/// A text of a table.
fn text_at(table: &DeTable<'_>, key: &str) -> Option<String> {
    Some(table.get(key)?.get_ref().as_str()?.to_owned())
}

/// The member on which an entry depends.
fn decider<'a, 'i>(entry: &'a DeTable<'i>) -> Option<&'a Spanned<DeValue<'i>>> {
    entry.get("when")?.get_ref().get("member")
}

/// The tables of a list.
fn tables<'a, 'i>(table: &'a DeTable<'i>, key: &str) -> Vec<&'a DeTable<'i>> {
    let list = table.get(key).and_then(|list| list.get_ref().as_array());
    let items = list.into_iter().flat_map(|list| list.iter());
    items.filter_map(|item| item.get_ref().as_table()).collect()
}

fn text_of(name: &str) -> Result<String, ProfileError> {
    if let Some((_, text)) = BUILTIN.iter().find(|(builtin, _)| *builtin == name) {
        return Ok((*text).to_owned());
    }
    let path = Path::new(name);
    if !path.exists() && path.extension().is_none() && path.components().count() == 1 {
        return Err(unknown(name));
    }
    input::text(path).map_err(|error| ProfileError::Io {
        name: name.to_owned(),
        error,
    })
}

/// The lists of tables, and the keys that name an entry of each.
const LISTS: [(&str, &[&str]); 7] = [
    ("note", &["at", "operation", "definition"]),
    ("member", &["in", "name", "operation", "definition"]),
    ("identity", &["operation", "parameter"]),
    ("repeatable", &["operation"]),
    ("effect", &["operation"]),
    ("definition", &["name"]),
    ("envelope.member", &["name"]),
];

/// What names an entry of a list of tables.
fn name_of(entry: &Spanned<DeValue<'_>>, keys: &[&str]) -> Vec<String> {
    let text = |key: &&str| {
        let value = entry.get_ref().get(*key)?.get_ref();
        let several = value.as_array();
        let several = several.map(|list| list.iter().map(|one| one.get_ref().as_str()));
        let several = several.map(|texts| texts.map(Option::unwrap_or_default).collect());
        let several = several.map(|texts: Vec<&str>| texts.join("\n"));
        several.or_else(|| Some(value.as_str()?.to_owned()))
    };
    keys.iter()
        .map(|key| text(key).unwrap_or_default())
        .collect()
}

/// Whether an entry below is replaced: by one of the same name, or by a member of no definition, which
/// stands in all of them.
fn is_replaced(name: &[String], list: &str, by: &BTreeSet<Vec<String>>) -> bool {
    let mut wider = name.to_vec();
    if let Some(definition) = wider.last_mut().filter(|_| list == "member") {
        definition.clear();
    }
    by.contains(name) || by.contains(&wider)
}

/// Whoever spells booleans otherwise, names the root, lists what is beside the payload, or states the codes of a
/// method, does not leave that to the pages.
fn leave_to_pages(under: &mut DeTable<'_>, over: &DeTable<'_>) {
    for (table, said, left) in [
        ("xml", &["true", "false"][..], "documented-booleans"),
        ("xml", &["root"], "documented-root"),
        ("envelope", &["member"], "documented-types"),
    ] {
        let over = over.get(table).map(Spanned::get_ref);
        let under = under.get_mut(table).map(Spanned::get_mut);
        if let (Some(DeValue::Table(over)), Some(DeValue::Table(under))) = (over, under)
            && said.iter().any(|key| over.contains_key(*key))
        {
            under.remove(left);
        }
    }
    // Of methods, only those that it names.
    let stated = over
        .get("success")
        .and_then(|table| table.get_ref().as_table());
    let left = under.get_mut("documented-success").map(Spanned::get_mut);
    if let (Some(stated), Some(DeValue::Array(left))) = (stated, left) {
        let is_left = |method: &Spanned<DeValue<'_>>| {
            let name = method.get_ref().as_str();
            name.is_none_or(|name| !stated.contains_key(name))
        };
        *left = mem::replace(left, DeArray::new())
            .into_iter()
            .filter(is_left)
            .collect();
    }
}

/// Tables are merged, entries of lists of tables replace those of the same name and stand behind the
/// others, everything else is replaced. `way` is what leads to the tables, with a dot behind each step.
fn lay_over<'i>(under: &mut DeTable<'i>, over: DeTable<'i>, way: &str) {
    for (key, value) in over {
        let name = key.get_ref().to_string();
        let path = format!("{way}{name}");
        let list = LISTS.iter().find(|(list, _)| *list == path);
        let span = value.span();
        // The key's own place is that of the text that holds the value.
        let below = under.remove(name.as_str()).map(Spanned::into_inner);
        let laid = match (below, value.into_inner()) {
            (Some(DeValue::Table(mut below)), DeValue::Table(table)) => {
                lay_over(&mut below, table, &format!("{path}."));
                DeValue::Table(below)
            }
            (Some(DeValue::Array(below)), DeValue::Array(items)) if list.is_some() => {
                let keys = list.map_or(&[][..], |(_, keys)| keys);
                let replaced: BTreeSet<_> = items.iter().map(|item| name_of(item, keys)).collect();
                let below = below.into_iter();
                let kept =
                    below.filter(|item| !is_replaced(&name_of(item, keys), &path, &replaced));
                DeValue::Array(kept.chain(items).collect())
            }
            (_, value) => value,
        };
        under.insert(key, Spanned::new(span, laid));
    }
}

fn unknown(name: &str) -> ProfileError {
    ProfileError::Unknown {
        name: name.to_owned(),
        builtin: builtin_names().join(", "),
        suggestion: suggestion(name),
    }
}

fn suggestion(name: &str) -> String {
    builtin_names()
        .into_iter()
        .max_by(|a, b| strsim::jaro(name, a).total_cmp(&strsim::jaro(name, b)))
        .filter(|near| strsim::jaro(name, near) > 0.7)
        .map_or(String::new(), |near| format!("; did you mean `{near}`?"))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn over_builtin(text: &str) -> Result<Profile, ProfileError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("mine.toml");
        fs::write(&path, text).unwrap();
        load(path.to_str().unwrap())
    }

    #[test]
    fn codes_that_a_profile_states_itself_are_not_left_to_documents() {
        let left = |text: &str| over_builtin(text).unwrap().documented_success;
        let all = load("as-documented").unwrap().documented_success;
        assert_eq!(all.len(), crate::page::METHODS.len());
        let mine = "extends = \"as-documented\"\nname = \"mine\"\n";
        assert_eq!(left(mine), all);
        let stated = left(&format!("{mine}[success]\nPUT = [201]\n"));
        assert!(!stated.contains(&"PUT".to_owned()) && stated.len() + 1 == all.len());
        let mixed = left(&format!(
            "{mine}documented-success = [\"PUT\"]\n[success]\nPUT = [201]\n"
        ));
        assert_eq!(mixed, ["PUT"]);
        let server = load("community-server").unwrap().documented_success;
        assert!(!server.contains(&"POST".to_owned()) && server.contains(&"GET".to_owned()));
    }

    #[test]
    fn a_profile_may_extend_another() {
        let profile = over_builtin(
            "extends = \"as-documented\"\nname = \"mine\"\n[xml]\ntrue = \"true\"\n\
             [[note]]\nat = \"Color\"\nnullable = true\nbecause = \"seen\"\n",
        )
        .unwrap();
        assert_eq!(
            (profile.xml.yes.as_str(), profile.xml.no.as_str()),
            ("true", "False")
        );
        assert!(
            !profile.xml.documented_booleans,
            "said, and not left to the pages"
        );
        assert!(load("as-documented").unwrap().xml.documented_booleans);
        assert!(!load("community-server").unwrap().xml.documented_booleans);
        assert_eq!(profile.notes.len(), 3);
    }

    #[test]
    fn an_entry_takes_the_place_of_the_one_of_the_same_name_below() {
        let profile = over_builtin(
            "extends = \"community-server\"\nname = \"mine\"\n\
             [[note]]\nat = \"CustomFields/*/FieldValue\"\noptional = true\nbecause = \"seen\"\n\
             [[member]]\nname = \"FirstName\"\ntype = \"integer\"\nbecause = \"seen\"\n\
             [[member]]\nname = \"FirstName\"\nin = \"CreateBy\"\ntype = \"text\"\nbecause = \"seen\"\n\
             [[identity]]\nparameter = \"contactid\"\nmember = \"EntityId\"\n\
             [[definition]]\nname = \"Employee\"\nof = [\"CreateBy\"]\n\
             [[envelope.member]]\nname = \"count\"\ntype = \"integer\"\noptional = true\n",
        )
        .unwrap();
        let base = load("community-server").unwrap();
        let notes: Vec<_> = profile
            .notes
            .iter()
            .filter(|note| note.at.ends_with("FieldValue"))
            .collect();
        assert_eq!(notes.len(), 1);
        assert_eq!((notes[0].kind, notes[0].nullable), (None, None));
        assert_eq!(notes[0].optional, Some(true));
        assert_eq!(profile.notes.len(), base.notes.len());
        assert_eq!(
            profile.notes.last().unwrap().at,
            "CustomFields/*/FieldValue"
        );
        let first_names: Vec<_> = profile
            .added
            .iter()
            .filter(|one| one.name == "FirstName")
            .collect();
        let told: Vec<_> = first_names
            .iter()
            .map(|one| (one.within.as_str(), one.when.is_some()))
            .collect();
        assert_eq!(told, [("", false), ("CreateBy", false)]);
        assert_eq!(profile.identities.len(), base.identities.len() + 1);
        let identity = profile.identities.last().unwrap();
        assert_eq!(identity.member.as_deref(), Some("EntityId"));
        assert_eq!(profile.definitions.len(), base.definitions.len());
        assert_eq!(profile.definitions.last().unwrap().of, ["CreateBy"]);
        let mut counts = profile
            .envelope
            .members
            .iter()
            .filter(|one| one.name == "count");
        let count = counts.next().unwrap();
        assert_eq!(
            (count.equals, count.omitted_at_zero, count.optional),
            (None, false, true)
        );
        assert!(counts.next().is_none());
        assert_eq!(profile.envelope.members.len(), base.envelope.members.len());
    }

    #[test]
    fn a_circle_is_told_with_all_who_are_in_it() {
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str| folder.path().join(name).display().to_string();
        for (name, parent) in [("start", "a"), ("a", "b"), ("b", "c"), ("c", "a")] {
            let text = format!("name = \"{name}\"\nextends = \"{}\"\n", file(parent));
            fs::write(file(name), text).unwrap();
        }
        let error = load(&file("start")).unwrap_err().to_string();
        let chain = ["a", "b", "c", "a"].map(file).join(" extends ");
        let expected = format!(
            "{}:2:11: profiles extend one another in a circle: {chain}\n",
            file("c")
        );
        assert!(error.starts_with(&expected), "{error}");
        let itself = file("itself");
        fs::write(&itself, format!("extends = \"{itself}\"\n")).unwrap();
        let error = load(&itself).unwrap_err().to_string();
        assert!(
            error.contains(&format!("circle: {itself} extends {itself}\n")),
            "{error}"
        );
    }

    #[test]
    fn a_key_that_does_not_exist_is_an_error() {
        let error =
            over_builtin("extends = \"as-documented\"\nmember-cas = \"camel\"\n").unwrap_err();
        assert!(
            error
                .to_string()
                .contains("mine.toml:2:1: unknown key `member-cas`; did you mean `member-case`?\n"),
            "{error}"
        );
    }

    #[test]
    fn what_is_wrong_is_shown_at_its_place() {
        for (text, expected) in [
            (
                "[xml]\nrot = \"x\"\n",
                ":4:1: unknown key `rot`; did you mean `root`?\n  4 | rot = \"x\"\n    | ^^^",
            ),
            (
                "[xml]\nroot = \"a b\"\n",
                ":4:8: `root` is `a b`, expected the name of an XML element",
            ),
            ("[xml]\nroot = \"\"\n", ":4:8: `root` is ``"),
            (
                "[xml]\nextension = \"xml\"\n",
                ":4:13: `extension` is `xml`, expected nothing, or a dot",
            ),
            (
                "[json]\nextension = \"./x\"\n",
                ":4:13: `extension` is `./x`, expected nothing",
            ),
            (
                "[[note]]\nat = \"Color\"\nnulable = true\nbecause = \"b\"\n",
                ":5:1: unknown key `nulable`; did you mean `nullable`?",
            ),
            (
                "[[note]]\nat = \"Color\"\nmatches = \"(\"\nbecause = \"b\"\n",
                ":5:11: no regular expression: unclosed group",
            ),
            (
                "[[note]]\nat = \"Color\"\noperation = []\nbecause = \"b\"\n",
                ":5:13: an empty list means nothing",
            ),
            (
                "summary = 5\n",
                ":3:11: expected a string, found integer\n  3 | summary = 5",
            ),
            ("[xml\n", ":3:5: "),
        ] {
            let text = format!("extends = \"as-documented\"\nname = \"mine\"\n{text}");
            let error = over_builtin(&text).unwrap_err().to_string();
            let (_, place) = error.split_once("mine.toml").unwrap();
            assert!(place.starts_with(expected), "{error}");
        }
        let error = over_builtin("extends = 5\n").unwrap_err().to_string();
        assert!(
            error.contains("mine.toml:1:11: `extends` is a integer"),
            "{error}"
        );
    }

    #[test]
    fn a_definition_takes_no_name_from_what_a_page_names() {
        let contract = crate::contract::of_sources(crate::page::builtin()).unwrap();
        for (name, expected) in [("Person", true), ("Contact", true), ("Persona", false)] {
            let text = format!(
                "extends = \"community-server\"\nname = \"mine\"\n\
                 [[definition]]\nname = \"Person\"\nhaving = [\"DisplayName\"]\n\
                 [[note]]\nat = \"TaskCount\"\ndefinition = \"{name}\"\nnever = true\nbecause = \"b\"\n"
            );
            let profile = over_builtin(&text).unwrap();
            assert_eq!(profile.check(&contract).is_ok(), expected, "{name}");
        }
    }

    #[test]
    fn entries_of_the_user_name_parameters_that_there_are() {
        let contract = crate::contract::of_sources(crate::page::builtin()).unwrap();
        for (entry, more, parameter, expected) in [
            (
                "effect",
                "read = \"a\"\n",
                "contactd",
                "; did you mean `contactid`?",
            ),
            ("identity", "", "xyz", "\n"),
        ] {
            let text = format!(
                "extends = \"community-server\"\nname = \"mine\"\n[[{entry}]]\noperation = \"post-*\"\n\
                 parameter = \"{parameter}\"\nmember = \"id\"\n{more}because = \"b\"\n"
            );
            let profile = over_builtin(&text).unwrap();
            let error = profile.check(&contract).unwrap_err().to_string();
            let words = format!(":5:13: no parameter of the operation is `{parameter}`{expected}");
            assert!(error.contains(&words), "{error}");
        }
    }

    #[test]
    fn an_effect_that_says_too_little_is_no_profile() {
        let load = |text: &str| {
            over_builtin(&format!(
                "extends = \"community-server\"\nname = \"mine\"\n[[effect]]\n\
                 operation = \"post-*\"\n{text}because = \"b\"\n"
            ))
        };
        let rest = "read = \"a/{b}\"\nparameter = \"contactid\"\n";
        assert!(load(&format!("{rest}member = \"id\"\n")).is_ok());
        assert!(load("is = false\n").is_ok());
        for (text, place) in [
            (rest.to_owned(), ":4:13: "),
            (format!("{rest}member = \"\"\n"), ":7:10: "),
        ] {
            let error = load(&text).unwrap_err().to_string();
            let expected = format!("{place}an `[[effect]]` says its `member`, or `is = false`");
            assert!(error.contains(&expected), "{error}");
        }
    }

    #[test]
    fn entries_of_the_user_must_mean_documented_members() {
        let contract = crate::contract::of_sources(crate::page::builtin()).unwrap();
        let check = |text: &str| {
            let text = format!("extends = \"community-server\"\nname = \"mine\"\n{text}");
            let profile = over_builtin(&text).unwrap();
            profile.check(&contract).map_err(|error| error.to_string())
        };
        let rest = "because = \"b\"\n";
        for (text, expected) in [
            (
                format!("[[note]]\nat = \"Nonsense/*/Foo\"\n{rest}"),
                ":4:6: no documented member ends with `Nonsense/*/Foo`\n  4 | at",
            ),
            (
                format!("[[note]]\nat = \"TaskCuont\"\n{rest}"),
                ":4:6: no documented member ends with `TaskCuont`; did you mean `TaskCount`?\n",
            ),
            (
                format!("[[member]]\nname = \"x\"\nin = \"Nowhere\"\ntype = \"text\"\n{rest}"),
                ":5:6: no documented object is at `Nowhere`",
            ),
            (
                format!(
                    "[[member]]\nname = \"x\"\ntype = \"text\"\nwhen = {{ member = \"IsCompny\", is = true }}\n{rest}"
                ),
                ":6:19: no documented member is `IsCompny`; did you mean `IsCompany`?",
            ),
            (
                format!(
                    "[[note]]\nat = \"AccessList\"\nwhen = {{ member = \"IsPrivat\", is = true }}\n{rest}"
                ),
                ":5:19: no documented member beside it is `IsPrivat`; did you mean `IsPrivate`?",
            ),
            (
                format!("[[note]]\nat = \"About\"\noperation = \"put-*\"\n{rest}"),
                ":5:13: no operation of the pages is `put-*`",
            ),
            (
                format!("[[note]]\nat = \"About\"\noperation = [\"get-*\", \"put-*\"]\n{rest}"),
                ":5:23: no operation of the pages is `put-*`",
            ),
            (
                format!("[[note]]\nat = \"Category\"\none-of = [7]\n{rest}"),
                ":4:6: the example of `get-crm-contact-contactid` has another value at `",
            ),
            (
                format!("[[note]]\nat = \"Titel\"\ndefinition = \"Employee\"\n{rest}"),
                ":4:6: no documented member of the definition is `Titel`; did you mean `Title`?",
            ),
            (
                format!(
                    "[[member]]\nname = \"x\"\ntype = \"text\"\ndefinition = \"Employe\"\n{rest}"
                ),
                ":6:14: no documented object is of the definition `Employe`; did you mean `Employee`?",
            ),
            (
                format!(
                    "[[member]]\nname = \"x\"\ntype = \"text\"\ndefinition = \"Employee\"\n\
                     when = {{ member = \"IsCompany\", is = true }}\n{rest}"
                ),
                ":7:19: no documented member is `IsCompany`",
            ),
        ] {
            let error = check(&text).unwrap_err();
            let (_, place) = error.split_once("mine.toml").unwrap();
            assert!(place.starts_with(expected), "{error}");
        }
        let error = check(&format!(
            "[[repeatable]]\noperation = \"post-crm-contcat-*\"\n{rest}"
        ));
        let error = error.unwrap_err();
        assert!(
            error.contains("mine.toml:4:13: no operation of the pages is `post-crm-contcat-*`"),
            "{error}"
        );
        for text in [
            format!("[[repeatable]]\noperation = \"post-crm-*\"\nis = false\n{rest}"),
            format!("[[note]]\nat = \"TaskCount\"\nnever = true\n{rest}"),
            format!("[[note]]\nat = \"ShareType\"\none-of = [0, 1, 2]\n{rest}"),
            format!(
                "[[note]]\nat = \"Title\"\ndefinition = \"Employee\"\nmatches = \".*\"\n{rest}"
            ),
            format!("[[member]]\nname = \"x\"\ntype = \"text\"\ndefinition = \"Contact\"\n{rest}"),
            format!(
                "[[member]]\nname = \"x\"\ntype = \"text\"\nwhen = {{ member = \"IsCompany\", is = true }}\n{rest}"
            ),
        ] {
            check(&text).unwrap();
        }
        // What a built-in profile says of members is meant for any pages.
        let none = crate::contract::of_sources(Vec::new()).unwrap();
        for name in builtin_names() {
            let profile = load(name).unwrap();
            profile.check(&none).unwrap();
            profile.check(&contract).unwrap();
        }
    }

    #[test]
    fn a_mistyped_name_is_answered_with_the_nearest() {
        let error = load("as-documentd").unwrap_err();
        assert!(
            error.to_string().ends_with("did you mean `as-documented`?"),
            "{error}"
        );
    }

    #[test]
    fn every_builtin_profile_loads() {
        for name in builtin_names() {
            assert_eq!(load(name).unwrap().name, name);
        }
    }
}
