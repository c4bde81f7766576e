//! Values of the path and the query, read as their parameter has them written.

use crate::contract::{Operation, Parameter, Serialization, Style};

/// What a query has of a parameter.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Given {
    Nothing,
    /// Values that are written otherwise.
    Otherwise,
    /// Its values, as far as they are no members of an object.
    Values(Vec<String>),
}

/// The values of a path, each item of a list by itself; one that is written otherwise is empty.
pub(crate) fn in_path(
    operation: &Operation,
    values: Vec<(String, String)>,
) -> Vec<(String, String)> {
    let read = |(name, value): (String, String)| {
        let mut parameters = operation.path_parameters();
        let parameter = parameters.find(|one| one.name.eq_ignore_ascii_case(&name));
        let items = match parameter.and_then(|one| Some((one, one.serialization?))) {
            Some((parameter, written)) => items(parameter, written, &value),
            None => vec![value],
        };
        items.into_iter().map(move |item| (name.clone(), item))
    };
    values.into_iter().flat_map(read).collect()
}

fn items(parameter: &Parameter, written: Serialization, value: &str) -> Vec<String> {
    let Serialization { style, explode } = written;
    let is_object = parameter.members_in(&parameter.example).is_some();
    let name = format!("{}=", parameter.name);
    let bare = match style {
        Style::Label => value.strip_prefix('.'),
        Style::Matrix if is_object && explode => value.strip_prefix(';'),
        Style::Matrix => value
            .strip_prefix(';')
            .and_then(|one| one.strip_prefix(&name)),
        _ => Some(value),
    };
    let Some(bare) = bare else {
        return vec![String::new()];
    };
    if is_object {
        // Its members are of any values.
        return vec![parameter.example.clone()];
    }
    if !parameter.collection {
        return vec![bare.to_owned()];
    }
    let items: Vec<&str> = match style {
        Style::Label if explode => bare.split('.').collect(),
        Style::Matrix if explode => bare.split(&format!(";{name}")).collect(),
        _ => bare.split(',').collect(),
    };
    items.into_iter().map(str::to_owned).collect()
}

/// What the pairs of a query have of a parameter; names are the same where `spelled` says so.
pub(crate) fn in_query(
    parameter: &Parameter,
    pairs: &[(String, String)],
    spelled: impl Fn(&str) -> String,
) -> Given {
    let has = |name: &str| pairs.iter().any(|(other, _)| *other == spelled(name));
    let own = spelled(&parameter.name);
    let own = pairs.iter().filter(|(name, _)| *name == own);
    let own: Vec<String> = own.map(|(_, value)| value.clone()).collect();
    let written = parameter.serialization;
    let Serialization { style, explode } =
        written.unwrap_or_else(|| Serialization::of(Style::Form, None));
    let is_apart = explode || style == Style::DeepObject;
    if let Some(members) = parameter
        .members_in(&parameter.example)
        .filter(|_| is_apart)
    {
        let is_there = members.iter().any(|(name, _)| match style {
            Style::DeepObject => has(&format!("{}[{name}]", parameter.name)),
            _ => has(name),
        });
        return match (is_there, own.is_empty()) {
            (true, _) => Given::Values(Vec::new()),
            (false, true) => Given::Nothing,
            (false, false) => Given::Otherwise,
        };
    }
    match own.len() {
        0 => Given::Nothing,
        1 => Given::Values(own),
        _ if !is_apart => Given::Otherwise,
        _ => Given::Values(own),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;
    use crate::contract::of_sources;
    use crate::source::Source;

    fn operation(path: &str, parameter: &str) -> Operation {
        let text = format!(
            "openapi: 3.1.0\npaths:\n  {path}:\n    get:\n      parameters: [{{name: p, required: true, {parameter}}}]\n      \
             responses: {{'204': {{description: Done}}}}\n"
        );
        let mut contract = of_sources(vec![Source::new("a.yaml", &text)]).unwrap();
        contract.operations.remove(0)
    }

    #[test]
    fn what_stands_in_a_path_is_read_as_it_is_written() {
        let list = "schema: {type: array, items: {type: integer}}, example: [5, 6]";
        let one = "schema: {type: integer}, example: 5";
        for (style, values, text, expected) in [
            ("simple", one, "5", vec!["5"]),
            ("simple", list, "5,6", vec!["5", "6"]),
            ("label", one, ".5", vec!["5"]),
            ("label", one, "5", vec![""]),
            ("label, explode: true", list, ".5.6", vec!["5", "6"]),
            ("matrix", list, ";p=5,6", vec!["5", "6"]),
            ("matrix, explode: true", list, ";p=5;p=6", vec!["5", "6"]),
            ("matrix", one, "5", vec![""]),
        ] {
            let operation = operation("/a/{p}", &format!("in: path, style: {style}, {values}"));
            let read = in_path(&operation, vec![("p".to_owned(), text.to_owned())]);
            let read: Vec<&str> = read.iter().map(|(_, value)| value.as_str()).collect();
            assert_eq!(read, expected, "{style} {text}");
        }
    }

    #[test]
    fn what_stands_in_a_query_is_read_as_it_is_written() {
        let list = "schema: {type: array, items: {type: integer}}, example: [5, 6]";
        let object = "schema: {type: object}, example: {R: 1, G: 2}";
        let values = |values: &[&str]| {
            let values = values.iter().map(|one| (*one).to_owned());
            Given::Values(values.collect())
        };
        for (parameter, query, expected) in [
            (format!("explode: false, {list}"), "p=5,6", values(&["5,6"])),
            (
                format!("explode: false, {list}"),
                "p=5&p=6",
                Given::Otherwise,
            ),
            (format!("explode: false, {list}"), "q=5", Given::Nothing),
            (list.to_owned(), "p=5&p=6", values(&["5", "6"])),
            (
                format!("style: deepObject, {object}"),
                "p[R]=1&p[G]=2",
                values(&[]),
            ),
            (
                format!("style: deepObject, {object}"),
                "p=R",
                Given::Otherwise,
            ),
            (
                format!("style: deepObject, {object}"),
                "R=1",
                Given::Nothing,
            ),
            (object.to_owned(), "R=1&G=2", values(&[])),
            (
                format!("explode: false, {object}"),
                "p=R,1,G,2",
                values(&["R,1,G,2"]),
            ),
        ] {
            let operation = operation("/a", &format!("in: query, {parameter}"));
            let pairs: Vec<(String, String)> = url::form_urlencoded::parse(query.as_bytes())
                .into_owned()
                .collect();
            let given = in_query(&operation.parameters[0], &pairs, str::to_owned);
            assert_eq!(given, expected, "{parameter} {query}");
        }
    }
}
