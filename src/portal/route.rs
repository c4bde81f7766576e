//! From a request to the operation, the format and the values that it asks for.

use std::borrow::Cow;
use std::cmp::Reverse;

use http::HeaderMap;
use http::header::{ACCEPT, CONTENT_TYPE};
use percent_encoding::percent_decode_str;

use crate::contract::{Contract, Format, Operation, says_format};
use crate::profile::{BodyForm, Profile};

/// What a path asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Route {
    /// An operation, by its place in the contract, and the values of its path parameters.
    Operation(usize, Vec<(String, String)>),
    /// A path that some operation has, with a method that none has.
    OtherMethod(Vec<String>),
    /// No operation's path.
    Nowhere,
}

/// The format asked for: by the ending of the path, else by `Accept`, else JSON.
///
/// Where the profile asks by the ending, `Accept` is not read, and a body that is labelled as JSON is
/// answered in JSON where bodies for XML are forms.
pub(crate) fn format(path: &str, headers: &HeaderMap, profile: &Profile) -> Format {
    let by_ending = !profile.xml.extension.is_empty();
    match ending(path, profile).1 {
        Some(Format::Xml) if profile.xml.body == BodyForm::Form && is_json(headers) => Format::Json,
        Some(format) => format,
        None if by_ending => Format::Json,
        None => accepted(headers, profile),
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let label = headers
        .get(CONTENT_TYPE)
        .and_then(|label| label.to_str().ok());
    label.is_some_and(|label| label.starts_with("application/json"))
}

/// The operation behind a method and a path (without prefix and query).
pub(crate) fn route(contract: &Contract, method: &str, path: &str, profile: &Profile) -> Route {
    routed(contract, method, path, profile, profile.requests.any_case)
}

/// The same whatever the letter case of what the path says itself; values in it keep theirs.
pub(crate) fn route_in_any_case(
    contract: &Contract,
    method: &str,
    path: &str,
    profile: &Profile,
) -> Route {
    routed(contract, method, path, profile, true)
}

fn routed(
    contract: &Contract,
    method: &str,
    path: &str,
    profile: &Profile,
    any_case: bool,
) -> Route {
    let asked = AskedPath::of(path, profile);
    let operations = contract.operations.iter().enumerate();
    let matching = operations.filter_map(|(at, operation)| {
        if !asked.ends_as(operation.ends_in_slash) {
            return None;
        }
        let values = matched(&operation.path, asked.beside(&operation.path), any_case)?;
        Some((at, operation, values))
    });
    let (here, elsewhere): (Vec<_>, Vec<_>) =
        matching.partition(|(_, operation, _)| operation.method == method);
    // What the path says itself goes before what stands in braces: `people/@self` is none of the people, and
    // `boat/own-7` no boat.
    let literal = |template: &str| {
        let parts = template.split('{');
        let rests = parts.map(|part| part.split_once('}').map_or(part, |(_, after)| after));
        rests.map(str::len).sum::<usize>()
    };
    let closest = here.into_iter().min_by_key(|(_, operation, values)| {
        let shown = shown_of(operation, values);
        let literal = Reverse(literal(&operation.path));
        (literal, values.len(), Reverse(shown))
    });
    match closest {
        Some((at, _, values)) => Route::Operation(at, values),
        None if elsewhere.is_empty() => Route::Nowhere,
        None => {
            let methods = elsewhere.iter().map(|(_, other, _)| other.method.clone());
            Route::OtherMethod(methods.collect())
        }
    }
}

/// How many of the values in a path are those that an operation is documented with: of two paths that differ in the
/// names of their variables alone, they tell which is meant.
fn shown_of(operation: &Operation, values: &[(String, String)]) -> usize {
    let is_shown = |(name, value): &&(String, String)| {
        let mut parameters = operation.parameters.iter();
        parameters.any(|one| one.name == *name && one.example == *value)
    };
    values.iter().filter(is_shown).count()
}

/// The values in the braces of a template, where a path (without prefix and query) is one of it.
pub(crate) fn values(
    template: &str,
    path: &str,
    profile: &Profile,
) -> Option<Vec<(String, String)>> {
    let asked = AskedPath::of(path, profile);
    if !asked.ends_as(template.ends_with('/')) {
        return None;
    }
    let template = template.trim_end_matches('/');
    matched(template, asked.beside(template), profile.requests.any_case)
}

/// Whether logins are taken at a path (without prefix and query).
pub(crate) fn is_login(path: &str, profile: &Profile) -> bool {
    let login = profile.requests.login.as_deref();
    login.is_some_and(|login| values(login, path, profile).is_some())
}

/// The values in the braces of a template, where the path is one of its paths.
fn matched(template: &str, path: &str, any_case: bool) -> Option<Vec<(String, String)>> {
    let path = path.strip_prefix('/')?;
    if !may_begin(template, path, any_case) {
        return None;
    }
    let mut values = Vec::new();
    let mut segments = path.split('/');
    for wanted in template.split('/') {
        let segment = segments.next()?;
        values.extend(within(wanted, segment, any_case)?);
    }
    segments.next().is_none().then_some(values)
}

/// Whether a path begins as the template does before its first brace. Of hundreds of templates nearly all
/// differ in the first letters, and need not be cut up.
fn may_begin(template: &str, path: &str, any_case: bool) -> bool {
    let literal = template.bytes().take_while(|byte| *byte != b'{');
    let mut pairs = literal.zip(path.bytes());
    pairs.all(|(one, other)| one == other || (any_case && one.eq_ignore_ascii_case(&other)))
}

/// The values in the braces of one segment of a template, where a segment of a path is one of it; a value
/// ends where what follows it in the template stands for the last time.
fn within(wanted: &str, segment: &str, any_case: bool) -> Option<Vec<(String, String)>> {
    let is_same =
        |one: &str, other: &str| one == other || (any_case && one.eq_ignore_ascii_case(other));
    let Some((before, rest)) = wanted.split_once('{') else {
        return is_same(wanted, segment).then(Vec::new);
    };
    let (name, after) = rest.split_once('}')?;
    let (start, rest) = segment.split_at_checked(before.len())?;
    if !is_same(before, start) {
        return None;
    }
    let literal = after.split('{').next().unwrap_or_default();
    let ends = (1..=rest.len())
        .rev()
        .filter(|at| rest.is_char_boundary(*at));
    let mut ends = ends.filter(|at| {
        let follows = rest[*at..].get(..literal.len());
        follows.is_some_and(|follows| is_same(literal, follows))
    });
    let end = if literal.is_empty() {
        Some(rest.len())
    } else {
        ends.next()
    };
    let is_whole = before.is_empty() && after.is_empty();
    let end = end.filter(|end| *end > 0 || is_whole)?;
    let value: Cow<'_, str> = percent_decode_str(&rest[..end]).decode_utf8_lossy();
    let mut values = vec![(name.to_owned(), value.into_owned())];
    values.extend(within(after, &rest[end..], any_case)?);
    Some(values)
}

/// A path that is asked for.
struct AskedPath<'p> {
    whole: &'p str,
    /// Without what asks for a format.
    stem: &'p str,
    /// The slash that ends it, where that counts.
    slash: Slash,
}

/// Whether a slash ends a path that is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Slash {
    Is,
    IsNot,
    /// The portal passes it over.
    Any,
}

impl<'p> AskedPath<'p> {
    fn of(path: &'p str, profile: &Profile) -> Self {
        let bare = path.strip_suffix('/').filter(|before| !before.is_empty());
        let (stem, format) = ending(path, profile);
        let (stem, slash) = match bare {
            // What asks for a format stands in its place.
            _ if profile.requests.trailing_slash || format.is_some() => (stem, Slash::Any),
            Some(bare) => (bare, Slash::Is),
            None => (stem, Slash::IsNot),
        };
        Self {
            whole: bare.unwrap_or(path),
            stem,
            slash,
        }
    }

    /// Whether it is a spelling of a path that ends in a slash, or in none.
    fn ends_as(&self, ends_in_slash: bool) -> bool {
        match self.slash {
            Slash::Is => ends_in_slash,
            Slash::IsNot => !ends_in_slash,
            Slash::Any => true,
        }
    }

    /// What a template is held against: all of it where the template says itself how it ends.
    fn beside(&self, template: &str) -> &'p str {
        if says_format(template) {
            self.whole
        } else {
            self.stem
        }
    }
}

/// A path without the slash that ends it, where that is passed over.
fn without_slash<'p>(path: &'p str, profile: &Profile) -> &'p str {
    match path.strip_suffix('/') {
        Some(before) if profile.requests.trailing_slash => before,
        _ => path,
    }
}

/// A path without what ends it, and the format that the ending asks for.
fn ending<'p>(path: &'p str, profile: &Profile) -> (&'p str, Option<Format>) {
    let path = without_slash(path, profile);
    let Some(dot) = path.rfind('.') else {
        return (path, None);
    };
    let (before, ending) = path.split_at(dot);
    let mut formats = Format::ALL.into_iter();
    let format = formats.find(|format| {
        let is_other = *format == Format::Xml
            && profile
                .requests
                .xml_extensions
                .iter()
                .any(|other| other == ending);
        format.as_str() == &ending[1..] || is_other
    });
    match format {
        Some(_) => (before, format),
        None => (path, None),
    }
}

/// The format that `Accept` likes best; of equals the one named first.
fn accepted(headers: &HeaderMap, profile: &Profile) -> Format {
    let mut best = (0.0, Format::Json);
    for value in headers.get_all(ACCEPT) {
        for range in value.to_str().unwrap_or("").split(',') {
            let mut parts = range.split(';').map(str::trim);
            let media_type = parts.next().unwrap_or("").to_lowercase();
            let weight = parts
                .find_map(|part| part.strip_prefix("q="))
                .map_or(1.0, |q| q.parse().unwrap_or(0.0));
            let format = Format::ALL
                .into_iter()
                .find(|format| profile.media_types(*format).contains(&media_type))
                .unwrap_or(if media_type.ends_with("+xml") {
                    Format::Xml
                } else {
                    Format::Json
                });
            if weight > best.0 {
                best = (weight, format);
            }
        }
    }
    best.1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_values_of_a_path_are_decoded() {
        let values = matched(
            "api/2.0/crm/contact/{contactid}",
            "/api/2.0/crm/contact/a%20b",
            false,
        );
        assert_eq!(
            values.unwrap(),
            [("contactid".to_owned(), "a b".to_owned())]
        );
        assert_eq!(matched("api/2.0/x/{id}", "/api/2.0/x/1/2", false), None);
        assert_eq!(matched("api/2.0/x/{id}", "/api/2.0/x", false), None);
    }

    #[test]
    fn a_name_in_braces_may_be_a_part_of_a_segment() {
        for (template, path, expected) in [
            ("x/own-{id}", "/x/own-some%20text", Some(&["some text"][..])),
            ("x/own-{id}", "/x/Own-7", None),
            ("x/own-{id}", "/x/own-", None),
            ("x/{a}-{b}.zip", "/x/1-2-3.zip", Some(&["1-2", "3"])),
            ("x/{a}-{b}.zip", "/x/1.zip", None),
            ("x/{a", "/x/1", None),
            ("x/own-{id}", "/x/\u{e9}", None),
        ] {
            let found = matched(template, path, false).map(|values| {
                let values = values.into_iter();
                values.map(|(_, value)| value).collect::<Vec<_>>()
            });
            assert_eq!(
                found.as_deref(),
                expected
                    .map(|all| all.iter().map(|one| (*one).to_owned()).collect::<Vec<_>>())
                    .as_deref(),
                "{path}"
            );
        }
        assert!(matched("x/own-{id}", "/x/Own-7", true).is_some());
    }

    #[test]
    fn values_keep_their_letter_case_where_words_of_the_path_have_any() {
        let page = crate::source::Source::new("a", "GET api/2.0/Boat/{name}\nReturns\nX\n");
        let contract = crate::contract::of_sources(vec![page]).unwrap();
        let profile = crate::profile::load("as-documented").unwrap();
        let found = route_in_any_case(&contract, "GET", "/API/2.0/boat/Ab-C", &profile);
        let values = vec![("name".to_owned(), "Ab-C".to_owned())];
        assert_eq!(found, Route::Operation(0, values));
    }

    #[test]
    fn a_slash_ends_a_path_where_it_is_documented_or_passed_over() {
        let page = |path: &str| {
            let text = format!("GET {path}\nReturns\nX\n");
            crate::source::Source::new(path, &text)
        };
        let contract = crate::contract::of_sources(vec![page("a/{id}/"), page("b/{id}")]).unwrap();
        let found = |profile: &str, path: &str| {
            let profile = crate::profile::load(profile).unwrap();
            matches!(
                route(&contract, "GET", path, &profile),
                Route::Operation(..)
            )
        };
        for path in ["/a/1/", "/a/1.json", "/b/1"] {
            assert!(found("as-documented", path), "{path}");
        }
        for path in ["/a/1", "/b/1/"] {
            assert!(!found("as-documented", path), "{path}");
            assert!(found("community-server", path), "{path}");
        }
    }

    #[test]
    fn an_ending_that_a_page_documents_is_a_part_of_the_path() {
        let page = |path: &str| {
            let text = format!("GET {path}\nReturns\nX\n");
            crate::source::Source::new(path, &text)
        };
        let paths = ["boats.json", "crews.{format}", "ports/{id}"];
        let contract = crate::contract::of_sources(paths.map(page).to_vec()).unwrap();
        for profile in ["as-documented", "community-server"] {
            let profile = crate::profile::load(profile).unwrap();
            for (path, expected) in [
                ("/boats.json", Some("boats.json")),
                ("/boats", None),
                ("/crews.xml", Some("crews.{format}")),
                ("/crews", None),
                ("/ports/1.json", Some("ports/{id}")),
            ] {
                let found = match route(&contract, "GET", path, &profile) {
                    Route::Operation(at, _) => Some(contract.operations[at].path.as_str()),
                    _ => None,
                };
                assert_eq!(found, expected, "{path}");
            }
        }
    }

    #[test]
    fn a_word_of_the_path_goes_before_a_name_in_braces() {
        let page = |path: &str| {
            let text = format!("GET api/2.0/{path}\nReturns\nX\n");
            crate::source::Source::new(path, &text)
        };
        let pages = vec![page("crm/contact/{contactid}"), page("crm/contact/filter")];
        let contract = crate::contract::of_sources(pages).unwrap();
        let profile = crate::profile::load("as-documented").unwrap();
        let path_of = |path: &str| match route(&contract, "GET", path, &profile) {
            Route::Operation(at, _) => contract.operations[at].path.clone(),
            other => panic!("{other:?}"),
        };
        assert_eq!(
            path_of("/api/2.0/crm/contact/filter"),
            "api/2.0/crm/contact/filter"
        );
        assert_eq!(
            path_of("/api/2.0/crm/contact/1"),
            "api/2.0/crm/contact/{contactid}"
        );
    }

    #[test]
    fn of_paths_that_differ_in_the_names_of_variables_the_documented_value_is_meant() {
        let answer = "{get: {responses: {'200': {description: x}}}}";
        let of = |name: &str, value: &str| {
            format!(
                "  /boats/{{{name}}}: {{parameters: [{{name: {name}, in: path, required: true, example: {value}}}], {}\n",
                &answer[1..]
            )
        };
        let text = format!(
            "openapi: 3.1.0\npaths:\n{}{}",
            of("id", "7"),
            of("name", "ada")
        );
        let document = crate::source::Source::new("a.yaml", &text);
        let contract = crate::contract::of_sources(vec![document]).unwrap();
        let profile = crate::profile::load("as-documented").unwrap();
        let path_of = |path: &str| match route(&contract, "GET", path, &profile) {
            Route::Operation(at, _) => contract.operations[at].path.clone(),
            other => panic!("{other:?}"),
        };
        for (asked, path) in [("7", "{id}"), ("ada", "{name}"), ("8", "{id}")] {
            assert_eq!(path_of(&format!("/boats/{asked}")), format!("boats/{path}"));
        }
    }

    #[test]
    fn the_ending_of_the_path_goes_before_accept() {
        let profile = crate::profile::load("as-documented").unwrap();
        let mut headers = HeaderMap::new();
        headers.insert(
            ACCEPT,
            "application/json;q=0.5, application/xml".parse().unwrap(),
        );
        let mut own = HeaderMap::new();
        let asked = "application/vnd.boat+xml, text/xml;q=0.9";
        own.insert(ACCEPT, asked.parse().unwrap());
        assert_eq!(format("/api/2.0/x/1", &own, &profile), Format::Xml);
        assert_eq!(format("/api/2.0/x/1", &headers, &profile), Format::Xml);
        assert_eq!(
            format("/api/2.0/x/1.json", &headers, &profile),
            Format::Json
        );
        assert_eq!(
            format("/api/2.0/x/1.jsonx", &headers, &profile),
            Format::Xml
        );
    }
}
