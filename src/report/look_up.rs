//! A look-up as a line of the configuration file.

use crate::config::LookUp;

/// The entry of a parameter below `[target.NAME.look-up]`.
///
/// ```
/// # use portal_conformance::{config::LookUp, report::look_up};
/// let entry = LookUp { get: "a.json".to_owned(), at: "/*/id".to_owned(), take: Some(2) };
/// assert_eq!(look_up("id", &entry), r#"id = { get = "a.json", at = "/*/id", take = 2 }"#);
/// ```
#[must_use]
pub fn look_up(parameter: &str, look_up: &LookUp) -> String {
    // A text of JSON is one of TOML.
    let text = |text: &str| serde_json::Value::from(text).to_string();
    let is_bare = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    let name = if !parameter.is_empty() && parameter.chars().all(is_bare) {
        parameter.to_owned()
    } else {
        text(parameter)
    };
    let (get, at) = (text(&look_up.get), text(&look_up.at));
    let take = look_up.taken();
    format!("{name} = {{ get = {get}, at = {at}, take = {take} }}")
}
