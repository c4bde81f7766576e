//! How the table of parameters and its rows are known, in whatever form the page is published.

/// The titles of the columns.
pub(crate) const COLUMNS: [&str; 4] = ["Name", "Description", "Type", "Example"];

/// What a cell says on a line of its own beside its text.
pub(super) const FLAGS: [&str; 2] = ["optional", "collection"];

/// What a page says in the place of the table where there are no parameters.
const NONE: &str = "doesn't have any parameters";

/// What stands there in fewer words, and before them.
const ALONE: [&str; 4] = [
    "none",
    "no parameters",
    "has no parameters",
    "takes no parameters",
];
const SUBJECTS: [&str; 3] = ["this method ", "this function ", "this operation "];

/// What marks a name that must be given, and begins the line under the table that says so.
pub(crate) const MARK: char = '*';

/// How the line under the name of a parameter begins; below it stands what the parameter means, whatever
/// that reads like.
const SENT_IN: &str = "sent in ";

/// What a line says of where a parameter is sent, in lower case: `url` of `sent in URL`.
pub(crate) fn sent_in(line: &str) -> Option<String> {
    let line = line.trim();
    let (start, place) = line.split_at_checked(SENT_IN.len())?;
    start
        .eq_ignore_ascii_case(SENT_IN)
        .then(|| place.to_lowercase())
}

/// The places that pages name, whether they are read or not.
const PLACES: [&str; 7] = ["url", "path", "query", "body", "header", "cookie", "form"];

/// Of how many words a place is at most, such as `the request body`: more of them are a sentence.
const MAX_WORDS_OF_PLACE: usize = 3;

/// Where a line that says nothing else says that a parameter is sent, be it a place that is read or not; a cell
/// that begins with a tab is no such line.
pub(crate) fn place(line: &str) -> Option<String> {
    let place = sent_in(line).filter(|_| !line.starts_with('\t'))?;
    (place.split_whitespace().count() <= MAX_WORDS_OF_PLACE).then_some(place)
}

/// Whether a line says that a parameter is sent in a place that pages name, and nothing else.
pub(super) fn is_known_place(line: &str) -> bool {
    place(line).is_some_and(|place| PLACES.contains(&place.as_str()))
}

/// Whether a line says that there are no parameters.
pub(crate) fn says_none(line: &str) -> bool {
    line.len() >= NONE.len() && line.to_lowercase().replace('\u{2019}', "'").contains(NONE)
}

/// The same of what stands in the place of the table, where fewer words say it: `None.`
pub(crate) fn is_none(line: &str) -> bool {
    let line = line.trim().trim_end_matches('.').to_lowercase();
    let line = SUBJECTS
        .iter()
        .find_map(|subject| line.strip_prefix(subject))
        .unwrap_or(&line);
    ALONE.contains(&line)
}

/// Whether a line is the titles of the columns, as published or in capitals.
pub(crate) fn is_columns(line: &str) -> bool {
    let mut words = line.split_whitespace();
    let is_capital = line.bytes().all(|byte| !byte.is_ascii_lowercase());
    let is_title = |title: &&str| {
        let word = words.next().unwrap_or_default();
        *title == word || is_capital && title.eq_ignore_ascii_case(word)
    };
    COLUMNS.iter().all(is_title) && line.split_whitespace().count() == COLUMNS.len()
}

/// What marks an item of a list, before the name of a parameter.
const BULLETS: [char; 6] = [
    '\u{2022}', '\u{b7}', '\u{25cf}', '\u{25e6}', '\u{2023}', '\u{2043}',
];

/// A name without the mark of an item before it.
pub(crate) fn without_bullet(name: &str) -> &str {
    name.trim_start_matches(BULLETS).trim_start()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_and_their_absence_are_known_in_other_letters() {
        assert!(is_columns("Name  Description\tType Example"));
        assert!(is_columns("NAME DESCRIPTION TYPE EXAMPLE"));
        assert!(
            !is_columns("name description type example") && !is_columns("Name Description Type")
        );
        assert!(!is_columns("Name Description Type Example More"));
        assert!(says_none("This method doesn\u{2019}t have any parameters."));
        assert!(is_none("None.") && is_none("This method has no parameters."));
        assert!(!is_none("None of these") && !is_none(""));
    }
}
