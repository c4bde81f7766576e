//! Where the type stands in a row of a table whose cells run into one another.
//!
//! A type cell may say anything: a word of the pages' own, a name of .NET, the names of an enumeration, a
//! sentence. What is none of the first three is left unknown rather than guessed at.

use std::ops::Range;

use crate::contract::ParameterType;
use crate::contract::type_words::TEXTS;

/// The words of a type cell, as seen on pages; `*` stands for one word.
const TYPES: [&str; 21] = [
    "Collection of *",
    "collection of *",
    "List of *",
    "Array of *",
    "array of *",
    "Date and Time",
    "Bool value",
    "boolean",
    "bool",
    "number",
    "integer",
    "int",
    "long",
    "decimal",
    "double",
    "float",
    "byte",
    "string",
    "guid",
    "date",
    "object",
];

/// Names of .NET for several values, with the type of one in brackets.
const GENERIC_LISTS: [&str; 9] = [
    "collection",
    "hashset",
    "icollection",
    "ienumerable",
    "ilist",
    "ireadonlycollection",
    "ireadonlylist",
    "iset",
    "set",
];

/// What closes a bracket that may open inside the name of a type.
const BRACKETS: [(char, char); 4] = [('{', '}'), ('(', ')'), ('[', ']'), ('<', '>')];

/// Finds the type in a run of `description type example`.
///
/// A name of .NET or a dictionary is a type wherever it stands. Else the last known type name with a text
/// behind it wins, with none such (or where the example stands elsewhere) the last one; else the names of
/// an enumeration.
pub(super) fn in_row(text: &str, example_follows: bool) -> Option<Range<usize>> {
    named(text)
        .or_else(|| known(text, example_follows))
        .or_else(|| enumeration(text))
        .or_else(|| before_its_value(text).filter(|_| example_follows))
}

/// Finds the type at the end of a run of `description type`.
pub(super) fn at_end(text: &str) -> Option<Range<usize>> {
    let end = text.trim_end().len();
    let all = [named(text), known(text, false), enumeration(text)];
    all.into_iter()
        .flatten()
        .find(|range| text[range.end..].trim().is_empty() && range.end <= end)
}

/// Whether a text is a type and nothing else.
pub(super) fn is_type(text: &str) -> bool {
    at_end(text).is_some_and(|range| range.start == 0)
}

/// What words say of the values of a dictionary, such as `Dictionary<string, int>`, `map of numbers` or
/// `Dictionary(key:string, value:number)`; `None` where they name none.
pub(in crate::contract) fn dictionary(words: &str) -> Option<&str> {
    let words = words.trim().trim_end_matches('.');
    let end = words.find(|c: char| !(c.is_alphanumeric() || matches!(c, '.' | '`')));
    let (name, rest) = words.split_at(end.unwrap_or(words.len()));
    let last = name.rsplit('.').next().unwrap_or_default();
    let last = last.split('`').next().unwrap_or_default().to_lowercase();
    let rest = rest.trim_start();
    let stated = ["of ", "from "].iter().any(|word| rest.starts_with(word));
    let bracketed = bracketed(rest);
    let is_alone = rest.is_empty() || (bracketed > 0 && rest[bracketed..].trim().is_empty());
    let is_one = match last.as_str() {
        "dictionary" | "idictionary" | "hashmap" | "dictionaries" => stated || is_alone,
        // A map may be one of a harbour.
        "map" => stated || (is_alone && (bracketed > 0 || name == "map")),
        _ => false,
    };
    if !is_one {
        return None;
    }
    Some(match rest[..bracketed].get(1..) {
        Some(inner) => inner.rsplit([',', ':', ';']).next().unwrap_or(inner),
        None => rest,
    })
}

/// Whether a type says that there may be several values: `int[]`, `array of numbers`, `List<Boat>`,
/// `System.Collections.Generic.IEnumerable{System.Int32}`, `array[integer]`, `array`.
pub(in crate::contract) fn is_list(words: &str) -> bool {
    let words = words.trim().trim_end_matches('.').to_lowercase();
    let end = words.find(|c: char| !(c.is_alphanumeric() || matches!(c, '.' | '`')));
    let (name, rest) = words.split_at(end.unwrap_or(words.len()));
    let last = name.rsplit('.').next().unwrap_or_default();
    let last = last.split('`').next().unwrap_or_default();
    let rest = rest.trim_start();
    let is_of = rest.starts_with("of ");
    let is_bracketed = bracketed(rest) > 0 && bracketed(rest) == rest.len();
    match last {
        "array" => is_of || is_bracketed || words == "array",
        "list" => is_of || is_bracketed || words == "list",
        name if GENERIC_LISTS.contains(&name) => is_bracketed,
        _ => words.ends_with("[]"),
    }
}

/// A dotted name with capitals, such as `System.Nullable{System.Boolean}` or `Acme.Owner[]`, and
/// `Dictionary(key:string, value:string)`.
fn named(text: &str) -> Option<Range<usize>> {
    let mut found = None;
    for start in word_starts(text) {
        let rest = &text[start..];
        let name = rest
            .find(|c: char| !(c.is_alphanumeric() || matches!(c, '.' | '_' | '`')))
            .unwrap_or(rest.len());
        let brackets = bracketed(&rest[name..]);
        let parts: Vec<&str> = rest[..name].split('.').collect();
        let is_dotted = parts.len() > 1
            && parts
                .iter()
                .all(|part| part.starts_with(|c: char| c.is_uppercase()));
        let is_generic = brackets > 0 && rest.starts_with(|c: char| c.is_uppercase());
        let end = start + name + brackets;
        let is_whole = text[end..].chars().next().is_none_or(char::is_whitespace);
        if (is_dotted || is_generic) && is_whole {
            found = Some(start - list_of(&text[..start])..end);
        }
    }
    found
}

/// How long the words at the end of a text are that make a list of what follows.
fn list_of(text: &str) -> usize {
    let lists = TYPES.iter().filter_map(|pattern| pattern.strip_suffix('*'));
    let words = lists.filter(|words| text.ends_with(words));
    words.map(str::len).max().unwrap_or_default()
}

/// The last word that means a type in whatever letter case, such as `Int32` or `Boolean`, where a value of it
/// and nothing else stands behind it: at the beginning of a sentence it may be any word.
fn before_its_value(text: &str) -> Option<Range<usize>> {
    let starts: Vec<usize> = word_starts(text).collect();
    starts.into_iter().rev().find_map(|start| {
        let rest = &text[start..];
        let word = rest.split(' ').next().unwrap_or_default();
        let value = rest[word.len()..].trim();
        let name = word.trim_end_matches('?').to_lowercase();
        let is_text = || name == "object" || name == "datetime" || TEXTS.contains(&name.as_str());
        let is_type = match ParameterType::of_words(std::iter::once(name.clone())) {
            ParameterType::Boolean => {
                value.eq_ignore_ascii_case("true") || value.eq_ignore_ascii_case("false")
            }
            ParameterType::Text => !value.is_empty() && is_text(),
            number => number.accepts(value),
        };
        is_type.then(|| start..start + word.len())
    })
}

/// How long the brackets at the start of a text are, with what is in them.
fn bracketed(text: &str) -> usize {
    let mut open = Vec::new();
    let mut length = 0;
    for (at, c) in text.char_indices() {
        if let Some((_, close)) = BRACKETS.iter().find(|(bracket, _)| *bracket == c) {
            open.push(*close);
        } else if open.last() == Some(&c) {
            open.pop();
            length = at + c.len_utf8();
        } else if open.is_empty() {
            break;
        }
    }
    if open.is_empty() { length } else { 0 }
}

/// The known type names of a text; a name inside a longer one is not another.
fn known(text: &str, example_follows: bool) -> Option<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    for start in word_starts(text) {
        let longest = TYPES
            .iter()
            .filter_map(|pattern| known_at(&text[start..], pattern))
            .max();
        if let Some(length) = longest
            && found.last().is_none_or(|last| last.end <= start)
        {
            found.push(start..start + length);
        }
    }
    let with_example = found
        .iter()
        .rfind(|kind| example_follows && !text[kind.end..].trim().is_empty());
    with_example.or(found.last()).cloned()
}

/// How many bytes at the start of a text are this type, when it ends at a word's end.
fn known_at(text: &str, pattern: &str) -> Option<usize> {
    let (words, wild) = match pattern.strip_suffix('*') {
        Some(words) => (words, true),
        None => (pattern, false),
    };
    let rest = text.strip_prefix(words)?;
    let word = if wild {
        rest.split(' ').next()?.len()
    } else {
        0
    };
    // Several of a type, as in `int[]`.
    let listed = if wild || !rest.starts_with("[]") {
        0
    } else {
        2
    };
    let length = words.len() + word + listed;
    let whole = matches!(text[length..].chars().next(), None | Some(' '));
    (whole && (!wild || word > 0)).then_some(length)
}

/// The names of an enumeration: `Afloat, Ashore, Sunk`, `High = 1, Low = -1`, a comma at the end or not.
fn enumeration(text: &str) -> Option<Range<usize>> {
    for start in word_starts(text) {
        let (mut end, mut names) = (start, 0);
        loop {
            let rest = &text[end..];
            let blanks = rest.len() - rest.trim_start().len();
            let Some(name) = enumerator(&rest[blanks..]) else {
                break;
            };
            names += 1;
            end += blanks + name;
            if !text[end..].starts_with(',') {
                break;
            }
            end += 1;
        }
        if names > 1 {
            return Some(start..end);
        }
    }
    None
}

/// How long the name at the start of a text is, with its number.
fn enumerator(text: &str) -> Option<usize> {
    let end = |text: &str| {
        text.find(|c: char| !(c.is_alphanumeric() || c == '_'))
            .unwrap_or(text.len())
    };
    let name = end(text);
    if !text.starts_with(|c: char| c.is_uppercase()) {
        return None;
    }
    let Some(number) = text[name..].strip_prefix(" = ") else {
        return Some(name);
    };
    let sign = usize::from(number.starts_with('-'));
    let digits = end(&number[sign..]);
    let is_number = digits > 0 && number[sign..sign + digits].parse::<i64>().is_ok();
    Some(if is_number {
        name + 3 + sign + digits
    } else {
        name
    })
}

/// Where words begin.
fn word_starts(text: &str) -> impl Iterator<Item = usize> {
    text.char_indices()
        .filter(|(start, c)| !c.is_whitespace() && (*start == 0 || text[..*start].ends_with(' ')))
        .map(|(start, _)| start)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_is_found_before_its_example() {
        for (row, expected) in [
            ("Phone number number 12", Some("number")),
            ("Contact ID number", Some("number")),
            (
                "New names Collection of strings fast",
                Some("Collection of strings"),
            ),
            ("New owner Acme.Harbour.Owner", Some("Acme.Harbour.Owner")),
            ("Masts System.Int32[] 7", Some("System.Int32[]")),
            (
                "Notes System.Collections.Generic.Dictionary{System.String, System.Int32} x",
                Some("System.Collections.Generic.Dictionary{System.String, System.Int32}"),
            ),
            (
                "List of boat IDs System.Collections.Generic.List{System.Int32}",
                Some("System.Collections.Generic.List{System.Int32}"),
            ),
            (
                "New berth number opening hours Acme.Hours",
                Some("Acme.Hours"),
            ),
            (
                "Names Dictionary(key:string, value:string) [{\"Key\": \"a\"}]",
                Some("Dictionary(key:string, value:string)"),
            ),
            (
                "New state Afloat, Ashore, Sunk Ashore",
                Some("Afloat, Ashore, Sunk"),
            ),
            ("Level High = 1, Low = -1", Some("High = 1, Low = -1")),
            ("Kind Sail, Steam,", Some("Sail, Steam,")),
            ("The photo The bytes of one picture N/A", None),
            ("How many Int32 12", Some("Int32")),
            ("Boats to link int[] [1,2]", Some("int[]")),
            ("How deep Double 1.5", Some("Double")),
            ("Afloat or not Boolean True", Some("Boolean")),
            ("How many int? 12", Some("int?")),
            ("New name String Sea Star", Some("String")),
            ("Number of masts", None),
            ("Boolean of the harbour", None),
            (
                "Parts Collection of Acme.Parts [1]",
                Some("Collection of Acme.Parts"),
            ),
            ("Ends here. Then more", None),
            ("Unclosed Acme{x", None),
            ("", None),
        ] {
            let found = in_row(row, true).map(|range| &row[range]);
            assert_eq!(found, expected, "{row}");
        }
    }

    #[test]
    fn a_list_is_known_by_its_type() {
        for list in [
            "int[]",
            "System.Int32[]",
            "array of integers",
            "Array of strings.",
            "list of numbers",
            "List<int>",
            "Array<string>",
            "IEnumerable<Int32>",
            "System.Collections.Generic.List{System.Int32}",
            "System.Collections.Generic.IEnumerable`1[System.Int32]",
            "array[integer]",
            "array",
        ] {
            assert!(is_list(list), "{list}");
        }
        for other in [
            "int",
            "List",
            "Listed",
            "listing of boats",
            "array index",
            "Dictionary<string, int[]>",
            "Nullable<int>",
            "the list of boats",
            "Set of sails",
            "",
        ] {
            assert_eq!(is_list(other), other == "List", "{other}");
        }
    }

    #[test]
    fn a_dictionary_says_what_its_values_are() {
        for (words, expected) in [
            ("Dictionary<string,int>", Some("int>")),
            ("Dictionary(key:string, value:number)", Some("number)")),
            (
                "System.Collections.Generic.Dictionary{System.String, System.Int32}",
                Some(" System.Int32}"),
            ),
            ("Map<string, Boat>", Some(" Boat>")),
            ("map of numbers", Some("of numbers")),
            ("dictionary", Some("")),
            ("Dictionary.", Some("")),
            ("map", Some("")),
            ("Map", None),
            ("Map of the harbour", Some("of the harbour")),
            ("Dictionary entries", None),
            ("DictionaryItem", None),
            ("List of maps", None),
            ("", None),
        ] {
            assert_eq!(dictionary(words), expected, "{words}");
        }
    }

    #[test]
    fn a_type_at_the_end_has_nothing_behind_it() {
        for (row, expected) in [
            ("Boat ID number", Some("number")),
            ("Phone number of boat Sailors", None),
            ("New state Afloat, Ashore", Some("Afloat, Ashore")),
            ("number", Some("number")),
        ] {
            let found = at_end(row).map(|range| &row[range]);
            assert_eq!(found, expected, "{row}");
        }
        assert!(is_type("Collection of strings") && !is_type("Boat ID number"));
    }
}
