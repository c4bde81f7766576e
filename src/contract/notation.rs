//! How paths are written: variables in other notations than braces, as other documents write them, and endings.

use crate::contract::Format;

/// A path whose variables stand in braces, where whole segments are written as other documents write them: `:id`,
/// `<id>`, `<int:id>`, `[id]`, `%7Bid%7D`, `{{id}}`, `${id}`.
pub(crate) fn braced(path: &str) -> String {
    let segments = path.split('/').map(|segment| match variable(segment) {
        Some(name) => format!("{{{name}}}"),
        None => segment.to_owned(),
    });
    segments.collect::<Vec<String>>().join("/")
}

/// Whether a documented path says in which format it answers, by how it ends: `boats.json`, `boats.{format}`.
pub(crate) fn says_format(path: &str) -> bool {
    let Some((_, ending)) = path.rsplit_once('.') else {
        return false;
    };
    let is_variable = ending.starts_with('{') && ending.ends_with('}');
    is_variable || Format::ALL.iter().any(|format| format.as_str() == ending)
}

/// The name in a segment that is a variable in another notation than braces.
fn variable(segment: &str) -> Option<&str> {
    let within = |start: &str, end: &str| {
        let (before, rest) = segment.split_at_checked(start.len())?;
        let (name, after) = rest.split_at_checked(rest.len().checked_sub(end.len())?)?;
        let is_one = before.eq_ignore_ascii_case(start) && after.eq_ignore_ascii_case(end);
        is_one.then_some(name)
    };
    let converted = || within("<", ">").map(|name| name.rsplit(':').next().unwrap_or(name));
    let name = within(":", "")
        .or_else(converted)
        .or_else(|| within("[", "]"))
        .or_else(|| within("%7B", "%7D"))
        .or_else(|| within("{{", "}}"))
        .or_else(|| within("${", "}"))?;
    let is_of_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    let begins = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    (begins && name.chars().all(is_of_name)).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_segment_that_is_a_variable_stands_in_braces_and_what_is_none_stays() {
        for segment in [
            ":treeId",
            "<treeId>",
            "<int:treeId>",
            "[treeId]",
            "%7BtreeId%7D",
            "%7btreeId%7d",
            "{{treeId}}",
            "${treeId}",
            "{treeId}",
        ] {
            let path = format!("api/2.0/tree/{segment}/graft");
            assert_eq!(braced(&path), "api/2.0/tree/{treeId}/graft");
        }
        for path in [
            "people/@self",
            "tree:cut",
            "tree/:",
            "tree/[1]",
            "tree/<>",
            "rates/12:30",
            "a/%7B%7D",
            "tree/é",
        ] {
            assert_eq!(braced(path), path);
        }
    }
}
