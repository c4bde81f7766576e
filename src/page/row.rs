//! How a row of the table of parameters is known, whatever the language of the page.

/// How the line under the name of a parameter begins; below it stands what the parameter means, whatever
/// that reads like.
const SENT_IN: &str = "sent in ";

/// What a line says of where a parameter is sent, in lower case: `url` of `sent in URL`.
pub(crate) fn sent_in(line: &str) -> Option<String> {
    let line = line.trim().to_lowercase();
    line.strip_prefix(SENT_IN).map(str::to_owned)
}
