//! How the table of parameters and its rows are known, in whatever form the page is published.

/// The titles of the columns.
pub(crate) const COLUMNS: [&str; 4] = ["Name", "Description", "Type", "Example"];

/// What a cell says on a line of its own beside its text.
pub(super) const FLAGS: [&str; 2] = ["optional", "collection"];

/// What a page says in the place of the table where there are no parameters.
const NONE: &str = "doesn't have any parameters";

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

/// Whether a line says that there are no parameters.
pub(crate) fn says_none(line: &str) -> bool {
    line.len() >= NONE.len() && line.to_lowercase().contains(NONE)
}
