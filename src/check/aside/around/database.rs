//! What makes a text one of a database's: its messages, and statements.

use crate::check::aside::around::{Around, capitals};

/// `relation "x" does not exist`, `Table 'x' doesn't exist`.
pub(in crate::check::aside) fn table_missing(at: &Around<'_>) -> bool {
    let quote = at.text.as_bytes()[at.to - 1];
    let end = at.behind().iter().position(|byte| *byte == quote);
    let rest = end.map_or(&[][..], |end| &at.behind()[end + 1..]);
    at.is_word_start()
        && [&b" does not exist"[..], b" doesn't exist", b" of relation"]
            .iter()
            .any(|said| rest.starts_with(said))
}

/// `'x' in 'where clause'`.
pub(in crate::check::aside) fn in_quotes(at: &Around<'_>) -> bool {
    at.behind().windows(6).any(|six| six == b"' in '")
}

/// `'root'@'localhost'`.
pub(in crate::check::aside) fn user_at_host(at: &Around<'_>) -> bool {
    at.behind().windows(3).any(|three| three == b"'@'")
}

/// The kind of what a database keeps follows.
pub(in crate::check::aside) fn of_table(at: &Around<'_>) -> bool {
    const KINDS: [&[u8]; 7] = [
        b"table ",
        b"relation ",
        b"schema ",
        b"sequence ",
        b"database ",
        b"function ",
        b"column ",
    ];
    KINDS.iter().any(|kind| at.behind().starts_with(kind))
}

/// A statement in lower case, one blank between its words.
fn statement(at: &Around<'_>) -> String {
    let text = String::from_utf8_lossy(at.onward()).to_lowercase();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether a condition compares something, as nobody does in a sentence.
fn compares(condition: &str) -> bool {
    const BY: [&str; 9] = [
        "=",
        "<",
        ">",
        " in (",
        " is null",
        " is not null",
        " like '",
        " like $",
        " like ?",
    ];
    BY.iter().any(|by| condition.contains(by))
}

/// `UPDATE ... SET ... =` in capitals, or of what compares.
pub(in crate::check::aside) fn update(at: &Around<'_>) -> bool {
    let original = at.onward();
    let set = original.windows(5).position(|bytes| bytes == b" SET ");
    let is_loud = capitals(at) && set.is_some_and(|set| original[set..].contains(&b'='));
    let statement = statement(at);
    let set = statement.split_once(" set ").map_or("", |(_, set)| set);
    let parts = set.split_once(" where ");
    let is_quiet =
        parts.is_some_and(|(values, condition)| values.contains('=') && compares(condition));
    is_loud || (at.is_word_start() && is_quiet)
}

/// `INSERT INTO` in capitals, or of values in brackets.
pub(in crate::check::aside) fn insert(at: &Around<'_>) -> bool {
    let statement = statement(at);
    let values = statement.replace(" (", "(");
    capitals(at) || (at.is_word_start() && values.contains("values("))
}

/// `DELETE FROM` in capitals, or of what compares.
pub(in crate::check::aside) fn delete(at: &Around<'_>) -> bool {
    let statement = statement(at);
    let condition = statement
        .split_once(" where ")
        .map_or("", |(_, after)| after);
    capitals(at) || (at.is_word_start() && compares(condition))
}

/// `SELECT ... FROM ... WHERE` in capitals, of all columns, or of what compares or joins.
pub(in crate::check::aside) fn select(at: &Around<'_>) -> bool {
    let original = String::from_utf8_lossy(at.onward());
    let words: Vec<&str> = original.split_whitespace().collect();
    let is_loud =
        original.starts_with("SELECT ") && words.contains(&"FROM") && words.contains(&"WHERE");
    let statement = statement(at);
    let Some((columns, rest)) = statement.split_once(" from ") else {
        return false;
    };
    let columns = columns.strip_prefix("select ").unwrap_or(columns);
    // One table, its other name and nothing else, or several.
    let (tables, condition) = rest.split_once(" where ").unwrap_or((rest, ""));
    let joins = || {
        let joined = tables.split_once(" join ");
        joined.is_some_and(|(_, on)| on.contains(" on ") && on.contains('='))
    };
    let is_listed = columns.contains(['*', '.', ',', '_', '(']);
    let limits = || {
        let limit = rest.split_once(" limit ").map_or("", |(_, limit)| limit);
        is_listed && limit.starts_with(|c: char| c.is_ascii_digit() || c == '?' || c == '$')
    };
    let is_quiet = columns == "*"
        || columns.starts_with("count(")
        || compares(condition)
        || joins()
        || limits();
    at.is_word_start() && (is_loud || is_quiet)
}
