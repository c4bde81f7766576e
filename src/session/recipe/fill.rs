//! `{name}` in paths and bodies, and the values that stand in its place.

use std::borrow::Cow;
use std::collections::BTreeSet;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use serde_json::Value;

use crate::address::leads_away;
use crate::config::Step;
use crate::session::journal::NamedValues;
use crate::session::recipe::RUN;

/// What stands in a path or query as it is (RFC 3986, 2.3).
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// A step's request with values in place of the names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Filled {
    /// The path, percent-encoded where values stand.
    pub(super) path: String,
    /// The body as JSON.
    pub(super) body: Option<String>,
    /// The values that stand in it; one each, or all in a list.
    pub(super) values: NamedValues,
}

/// The names of all placeholders of a step.
pub(super) fn names(step: &Step) -> BTreeSet<String> {
    let mut names = names_in(&step.path);
    if let Some(body) = &step.body {
        for_each_text(body, &mut |text, _| names.extend(names_in(text)));
    }
    names
}

/// The names of all placeholders in a text.
pub(super) fn names_in(text: &str) -> BTreeSet<String> {
    pieces(text)
        .filter_map(|piece| match piece {
            Piece::Name(name) => Some(name.to_owned()),
            Piece::Text(_) => None,
        })
        .collect()
}

/// A text without its placeholders.
pub(super) fn without_names(text: &str) -> String {
    text_with(text, &NamedValues::new(), str::to_owned)
}

/// The name of what a path is about: the last that stands alone in a step of it, behind which only words
/// and the name of the run follow; `None` where an id is written out behind it, or beside it.
pub(super) fn own(path: &str) -> Option<&str> {
    let mut steps = path_steps(path).flat_map(parts);
    while let Some(step) = steps.next() {
        let bare = bare(step);
        match whole(bare) {
            Some(RUN) => {}
            // What ends in the name of a format ends the path for some servers.
            Some(name) => return (!steps.any(names_format)).then_some(name),
            // A word such as `status`; what is written with digits or escapes may be an id.
            None if bare
                .bytes()
                .all(|byte| byte.is_ascii_alphabetic() || b"-_@".contains(&byte)) => {}
            None => return None,
        }
    }
    None
}

/// Endings of paths that say by what they are served, and are no words.
const SERVED: [&str; 16] = [
    "action", "ashx", "asmx", "aspx", "cgi", "csv", "do", "html", "json", "jsp", "php", "pl", "py",
    "svc", "txt", "xml",
];

/// The steps of a path without endings, and their parts, the last one first.
pub(super) fn bare_steps(path: &str) -> impl Iterator<Item = &str> {
    let before_query = path.split('?').next().unwrap_or_default();
    let is_method = !before_query.contains('{');
    path_steps(path).enumerate().flat_map(move |(at, step)| {
        let method = (at == 0 && is_method).then(|| method_words(step)).flatten();
        let words = method.into_iter().flat_map(|method| method.rsplit('.'));
        let others = method.is_none().then(|| parts(step).map(bare));
        words.chain(others.into_iter().flatten())
    })
}

/// The name of a method that is called by its path, in words with points between them: `crm.contact.delete`.
fn method_words(step: &str) -> Option<&str> {
    let is_served = |end: &str| SERVED.iter().any(|known| end.eq_ignore_ascii_case(known));
    let method = match step.rsplit_once('.') {
        Some((method, end)) if is_served(end) => method,
        _ => step,
    };
    let is_method = method.contains('.') && method.split('.').all(is_letters);
    is_method.then_some(method)
}

/// The parts of a step of a path, the last one first: what is done behind a word or a name, as `{contactid}:delete`
/// (AIP-136), and a name in brackets, as `Contacts({contactid})` (`OData`). What holds such signs otherwise is one part.
pub(super) fn parts(step: &str) -> impl Iterator<Item = &str> {
    let with_verb = step.rsplit_once(':').filter(|(of, verb)| {
        let is_of = is_letters(of) || whole(of).is_some() || keyed(of).is_some();
        is_of && is_letters(verb)
    });
    let (of, verb) = with_verb.map_or((step, None), |(of, verb)| (of, Some(verb)));
    let (word, key) = keyed(of)
        .filter(|(_, key)| whole(key).is_some())
        .map_or((of, None), |(word, key)| (word, Some(key)));
    [verb, key, Some(word)].into_iter().flatten()
}

/// A word and the one key behind it in brackets, without what says of which kind it is: `Contacts(7)`,
/// `Contacts('7')`, `Contacts(guid'7')`.
pub(super) fn keyed(step: &str) -> Option<(&str, &str)> {
    let (word, key) = step.strip_suffix(')')?.split_once('(')?;
    let quoted = key.strip_prefix("guid").unwrap_or(key);
    let quoted = quoted.strip_prefix('\'');
    let key = quoted.map_or(Some(key), |quoted| quoted.strip_suffix('\''))?;
    let is_key = !key.is_empty() && !key.contains(['\'', '(', ')', ',', '=']);
    (is_letters(word) && is_key).then_some((word, key))
}

fn is_letters(text: &str) -> bool {
    let is_letter = |byte: u8| byte.is_ascii_alphabetic() || b"-_".contains(&byte);
    !text.is_empty() && text.bytes().all(is_letter)
}

/// The steps of a path, the last one first.
fn path_steps(path: &str) -> impl Iterator<Item = &str> {
    let before_query = path.split('?').next().unwrap_or_default();
    let steps = before_query.split('/').rev();
    steps.filter(|step| !step.is_empty())
}

fn names_format(step: &str) -> bool {
    let end = step.rsplit_once('.').map(|(_, end)| end);
    end.is_some_and(|end| {
        ["json", "xml"]
            .iter()
            .any(|format| end.eq_ignore_ascii_case(format))
    })
}

/// A step of a path without an ending such as `.json`.
pub(super) fn bare(step: &str) -> &str {
    match step.rsplit_once('.') {
        Some((bare, end)) if end.bytes().all(|byte| byte.is_ascii_alphabetic()) => bare,
        _ => step,
    }
}

/// A text without its escapes, however often it was escaped.
pub(super) fn decoded(text: &str) -> String {
    let mut text = text.to_owned();
    while let Cow::Owned(bare) = percent_decode_str(&text).decode_utf8_lossy() {
        if bare == text {
            break;
        }
        text = bare;
    }
    text
}

/// Why a path is none below a URL; `None` where it is one.
pub(super) fn path_problem(path: &str) -> Option<&'static str> {
    // What no path holds may mean something else to whoever reads the URL: `\` is taken for `/`.
    let is_odd = |c: char| c.is_control() || c.is_whitespace() || matches!(c, '\\' | '#');
    let before_query = path.split('?').next().unwrap_or_default();
    let is_dots = |step: &str| {
        let step = decoded(step);
        leads_away(step.split(';').next().unwrap_or_default())
    };
    // Escaped, they are undone on the way at times, and end or part the path for whoever reads it then; what is
    // escaped twice is another path for whoever undoes that twice.
    let is_cut = |c: char| c.is_control() || "#/?\\%".contains(c);
    let mut steps = before_query.split('/');
    let is_cut = steps.any(|step| {
        percent_decode_str(step)
            .decode_utf8_lossy()
            .contains(is_cut)
    });
    if path.chars().any(is_odd) || is_cut && !before_query.split('/').any(is_dots) {
        Some("holds what no path holds")
    } else if before_query.contains("://") || path.starts_with("//") {
        Some("names another place")
    } else if before_query.split('/').any(is_dots) {
        Some("leads out of it")
    } else {
        None
    }
}

/// The requests of a step: one for each combination of the values.
///
/// A placeholder that alone is an item of a list stands for all values at once. Where a name has no
/// value there is no request.
pub(super) fn fill(
    path: &str,
    body: Option<&Value>,
    values_of: &dyn Fn(&str) -> Vec<String>,
) -> Vec<Filled> {
    let mut single = names_in(path);
    let mut listed = BTreeSet::new();
    if let Some(body) = body {
        for_each_text(body, &mut |text, is_item| match whole(text) {
            Some(name) if is_item => {
                listed.insert(name.to_owned());
            }
            _ => single.extend(names_in(text)),
        });
    }
    let mut combinations = vec![NamedValues::new()];
    for name in &single {
        let values = values_of(name);
        combinations = combinations
            .into_iter()
            .flat_map(|combination| {
                values.iter().map(move |value| {
                    let mut combination = combination.clone();
                    combination.insert(name.clone(), vec![value.clone()]);
                    combination
                })
            })
            .collect();
    }
    for name in listed.difference(&single) {
        let values = values_of(name);
        if values.is_empty() {
            return Vec::new();
        }
        for combination in &mut combinations {
            combination.insert(name.clone(), values.clone());
        }
    }
    let filled = combinations.into_iter().map(|values| Filled {
        path: text_with(path, &values, |value| {
            utf8_percent_encode(value, ESCAPED).to_string()
        }),
        body: body.map(|body| body_with(body, &values).to_string()),
        values,
    });
    filled.collect()
}

enum Piece<'a> {
    Text(&'a str),
    Name(&'a str),
}

/// A text cut at its placeholders; braces around anything but a name are text.
fn pieces(mut rest: &str) -> impl Iterator<Item = Piece<'_>> {
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        if let Some(name) = first_name(rest) {
            rest = &rest[name.len() + 2..];
            return Some(Piece::Name(name));
        }
        let next = rest
            .char_indices()
            .skip(1)
            .find(|(at, c)| *c == '{' && first_name(&rest[*at..]).is_some());
        let (text, behind) = rest.split_at(next.map_or(rest.len(), |(at, _)| at));
        rest = behind;
        Some(Piece::Text(text))
    })
}

/// The name of the placeholder with which a text begins.
fn first_name(text: &str) -> Option<&str> {
    let (name, _) = text.strip_prefix('{')?.split_once('}')?;
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    (!name.is_empty() && name.chars().all(is_name)).then_some(name)
}

/// The name where a text is one placeholder and nothing else.
pub(super) fn whole(text: &str) -> Option<&str> {
    first_name(text).filter(|name| name.len() + 2 == text.len())
}

/// Every text of a body, and whether it is an item of a list.
fn for_each_text<'a>(body: &'a Value, visit: &mut impl FnMut(&'a str, bool)) {
    match body {
        Value::String(text) => visit(text, false),
        Value::Array(items) => {
            for item in items {
                match item {
                    Value::String(text) => visit(text, true),
                    other => for_each_text(other, visit),
                }
            }
        }
        Value::Object(members) => {
            for member in members.values() {
                for_each_text(member, visit);
            }
        }
        _ => {}
    }
}

fn text_with(text: &str, values: &NamedValues, escape: impl Fn(&str) -> String) -> String {
    pieces(text)
        .map(|piece| match piece {
            Piece::Text(text) => text.to_owned(),
            Piece::Name(name) => {
                let value = values.get(name).and_then(|values| values.first());
                value.map_or(String::new(), |value| escape(value))
            }
        })
        .collect()
}

fn body_with(body: &Value, values: &NamedValues) -> Value {
    match body {
        Value::String(text) => match whole(text).and_then(|name| values.get(name)?.first()) {
            Some(value) => json_value(value),
            None => Value::from(text_with(text, values, str::to_owned)),
        },
        Value::Array(items) => {
            let items = items.iter().flat_map(|item| {
                let listed = item
                    .as_str()
                    .and_then(whole)
                    .and_then(|name| values.get(name));
                match listed {
                    Some(values) => values.iter().map(|value| json_value(value)).collect(),
                    None => vec![body_with(item, values)],
                }
            });
            Value::Array(items.collect())
        }
        Value::Object(members) => {
            let members = members
                .iter()
                .map(|(name, member)| (name.clone(), body_with(member, values)));
            Value::Object(members.collect())
        }
        other => other.clone(),
    }
}

/// A whole number where the value is written as one, else a text.
fn json_value(value: &str) -> Value {
    match value.parse::<i64>() {
        Ok(number) if number.to_string() == value => Value::from(number),
        _ => Value::from(value),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn values(name: &str) -> Vec<String> {
        let values: &[&str] = match name {
            "contactid" => &["77", "78"],
            "projectid" => &["5"],
            "run" => &["pc1"],
            "odd" => &["a b/c"],
            _ => &[],
        };
        values.iter().map(|value| (*value).to_owned()).collect()
    }

    #[test]
    fn a_step_is_carried_out_for_each_combination() {
        let filled = fill("contact/{contactid}/project/{projectid}", None, &values);
        let paths: Vec<&str> = filled.iter().map(|filled| filled.path.as_str()).collect();
        assert_eq!(paths, ["contact/77/project/5", "contact/78/project/5"]);
        assert!(fill("contact/{nothing}", None, &values).is_empty());
        assert_eq!(
            fill("x?q={odd}&{a b}{}", None, &values)[0].path,
            "x?q=a%20b%2Fc&{a b}{}"
        );
    }

    #[test]
    fn only_a_name_in_braces_is_a_placeholder() {
        for (text, expected) in [
            ("", &[][..]),
            ("a", &[]),
            ("{a}", &["a"]),
            ("{a-b_9}{c}", &["a-b_9", "c"]),
            ("x{a}y{b}z", &["a", "b"]),
            ("{}", &[]),
            ("{a b}", &[]),
            ("{{a}}", &["a"]),
            ("{a", &[]),
            ("ä{a}", &["a"]),
        ] {
            assert_eq!(
                names_in(text),
                expected.iter().map(|name| (*name).to_owned()).collect()
            );
            let back: String = pieces(text)
                .map(|piece| match piece {
                    Piece::Text(text) => text.to_owned(),
                    Piece::Name(name) => format!("{{{name}}}"),
                })
                .collect();
            assert_eq!(back, text);
        }
        assert_eq!(whole("{a}"), Some("a"));
        assert_eq!(whole("{a} "), None);
        assert_eq!(whole(" {a}"), None);
    }

    #[test]
    fn a_value_is_a_number_where_it_is_written_as_one() {
        for (value, expected) in [
            ("7", json!(7)),
            ("-7", json!(-7)),
            ("007", json!("007")),
            ("+7", json!("+7")),
            ("7.5", json!("7.5")),
            ("99999999999999999999", json!("99999999999999999999")),
            ("a", json!("a")),
        ] {
            assert_eq!(json_value(value), expected);
        }
    }

    #[test]
    fn a_path_is_below_its_url_until_its_query() {
        for (path, is_fine) in [
            ("a/b?c=../d", true),
            ("a?u=http://x", true),
            ("a..b/.c", true),
            ("./a", false),
            ("a/..", false),
            ("a/%2e%2E/b", false),
            ("a/%252e%252E/b", false),
            ("..;/a", false),
            ("a/.%2e;x=1/b", false),
            ("a%0d%0a/b", false),
            ("a%253Fb", false),
            ("a;x=1/%40b", true),
            ("x://a", false),
            ("//a", false),
            ("/a", true),
            ("a\\b", false),
            ("a#b", false),
            ("a b", false),
            ("a\u{7}b", false),
        ] {
            assert_eq!(path_problem(path).is_none(), is_fine, "{path}");
        }
    }

    #[test]
    fn a_list_takes_all_values_only_where_a_name_stands_alone_in_it() {
        let filled = |body: Value| {
            let filled = fill("p", Some(&body), &values).into_iter();
            filled.map(|one| one.body.unwrap()).collect::<Vec<_>>()
        };
        assert_eq!(filled(json!(["{contactid}", 1])), ["[77,78,1]"]);
        let each = [r#"["c77"]"#, r#"["c78"]"#];
        assert_eq!(filled(json!(["c{contactid}"])), each);
        assert_eq!(filled(json!([["{contactid}"]])), ["[[77,78]]"]);
        let each = [r#"[{"id":77}]"#, r#"[{"id":78}]"#];
        assert_eq!(filled(json!([{ "id": "{contactid}" }])), each);
        assert_eq!(filled(json!(["{nothing}"])), [""; 0]);
        assert_eq!(filled(json!([true, null])), ["[true,null]"]);
        let both = json!({ "one": "{contactid}", "all": ["{contactid}"] });
        assert_eq!(filled(both).len(), 2);
    }

    #[test]
    fn a_path_is_about_its_last_name() {
        for (path, expected) in [
            ("contact/{contactid}", Some("contactid")),
            ("/contact/{contactid}.json", Some("contactid")),
            (
                "contact/{contactid}.xml?x=1234&y={other}",
                Some("contactid"),
            ),
            ("contact/{contactid}/", Some("contactid")),
            ("contact/{contactid}/status.json", Some("contactid")),
            ("contact/{contactid}/{run}", Some("contactid")),
            ("contact/{contactid}/project/{projectid}", Some("projectid")),
            ("contact/1234/project/{projectid}", Some("projectid")),
            ("contact/1234", None),
            ("contact/1235.json?why={run}", None),
            ("contact/1234.json?after={contactid}", None),
            ("contact/{contactid}/project/1234", None),
            ("contact/{contactid}/project/1234/status", None),
            ("contact/{contactid}/%31", None),
            ("contact/1{contactid}", None),
            ("contact/{contactid}1", None),
            ("contact/{contactid}.1234", None),
            ("contact/{contactid},1234", None),
            ("contact/{contactid}:delete", Some("contactid")),
            ("contact/{contactid}:1234", None),
            ("contact/1234:{contactid}", None),
            ("Contacts({contactid})", Some("contactid")),
            ("Contacts('{contactid}')/Delete", Some("contactid")),
            ("Contacts(guid'{contactid}')", Some("contactid")),
            ("Contacts({contactid},1234)", None),
            ("Contacts(Owner={contactid})", None),
            ("Contacts(1234)/x({contactid})", Some("contactid")),
            ("Contacts({contactid})/x(1234)", None),
            ("contact/{contactid};id=1234", None),
            ("contact/{contactid}{other}", None),
            ("contact/x-{run}", None),
            ("contact/{run}", None),
            ("contact", None),
            ("", None),
        ] {
            assert_eq!(own(path), expected, "{path}");
        }
        let steps: Vec<&str> = bare_steps("/a.b/7//12.json?b=/c").collect();
        assert_eq!(steps, ["12", "7", "a"]);
        assert_eq!(bare_steps("").count(), 0);
    }

    #[test]
    fn bodies_keep_types_and_lists_take_all() {
        let body = json!({"title": "of {run}", "id": "{projectid}", "contactid": ["{contactid}"]});
        let filled = fill("project", Some(&body), &values);
        assert_eq!(filled.len(), 1);
        assert_eq!(
            filled[0].body.as_deref(),
            Some(r#"{"title":"of pc1","id":5,"contactid":[77,78]}"#)
        );
        assert_eq!(filled[0].values["contactid"], ["77", "78"]);
        let body = json!({"contactid": "{contactid}"});
        assert_eq!(fill("project", Some(&body), &values).len(), 2);
    }
}
