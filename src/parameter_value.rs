//! Values that a person gives for documented parameters.

use std::collections::BTreeMap;

use crate::address::leads_away;
use crate::contract::{Contract, ParameterIn};
use crate::names::nearest;

/// Why what is given is no value of a documented parameter.
#[derive(Debug, thiserror::Error)]
pub enum ParameterError {
    /// A parameter is not written as `NAME=VALUE`.
    #[error("`{text}` is no parameter: expected NAME=VALUE, such as contactid=1234,1235")]
    Form {
        /// What was given.
        text: String,
    },
    /// No page documents this parameter.
    #[error("no page documents a parameter `{name}`{advice}")]
    Unknown {
        /// What was given.
        name: String,
        /// The nearest documented names.
        advice: String,
    },
    /// A value is not of the documented type.
    #[error("`{value}` is no value for the parameter `{name}`: it is documented as {type_name}")]
    Type {
        /// The parameter.
        name: String,
        /// What was given.
        value: String,
        /// The documented type.
        type_name: String,
    },
    /// A value stands in a path, and would make another path of it.
    #[error(
        "`{value}` is no value for the parameter `{name}`: in a path, it leads to another resource"
    )]
    Elsewhere {
        /// The parameter.
        name: String,
        /// What was given.
        value: String,
    },
    /// A value is given twice.
    #[error("the parameter `{name}` has the value `{value}` twice: give each once")]
    Repeated {
        /// The parameter.
        name: String,
        /// The value.
        value: String,
    },
}

/// Reads `NAME=VALUE[,VALUE...]` arguments; several of one name add up. An object in JSON is one value, and a list in
/// JSON holds its items.
///
/// # Errors
///
/// [`ParameterError::Form`] where one is not of this form.
pub fn parse_all(arguments: &[String]) -> Result<BTreeMap<String, Vec<String>>, ParameterError> {
    let mut parameters: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for argument in arguments {
        let (name, values) = argument
            .split_once('=')
            .filter(|(name, values)| !name.is_empty() && !values.is_empty())
            .ok_or_else(|| ParameterError::Form {
                text: argument.clone(),
            })?;
        let known = parameters.entry(name.to_owned()).or_default();
        match serde_json::from_str(values) {
            // An object is one value.
            Ok(serde_json::Value::Object(_)) => known.push(values.to_owned()),
            Ok(serde_json::Value::Array(items)) if !items.is_empty() => {
                let items = items.into_iter().map(|item| match item {
                    serde_json::Value::String(text) => text,
                    item => item.to_string(),
                });
                known.extend(items);
            }
            _ => known.extend(values.split(',').map(|value| value.trim().to_owned())),
        }
    }
    Ok(parameters)
}

/// Holds the values of a parameter against the contract.
///
/// # Errors
///
/// [`ParameterError`]: a name that no page documents, a value of another type, a value twice.
pub fn check(name: &str, values: &[String], contract: &Contract) -> Result<(), ParameterError> {
    let documented = contract
        .operations
        .iter()
        .flat_map(|operation| &operation.parameters)
        .find(|parameter| parameter.name == name)
        .ok_or_else(|| ParameterError::Unknown {
            name: name.to_owned(),
            advice: nearest(name, &contract.parameter_names()),
        })?;
    for (at, value) in values.iter().enumerate() {
        if !documented.value_type().accepts(value) {
            return Err(ParameterError::Type {
                name: name.to_owned(),
                value: value.clone(),
                type_name: documented.type_name.clone(),
            });
        }
        let is_in_path = documented.sent_in == ParameterIn::Path;
        if is_in_path && (value.is_empty() || leads_away(value)) {
            return Err(ParameterError::Elsewhere {
                name: name.to_owned(),
                value: value.clone(),
            });
        }
        if values[..at].contains(value) {
            return Err(ParameterError::Repeated {
                name: name.to_owned(),
                value: value.clone(),
            });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    #[test]
    fn an_object_is_one_value_and_a_list_in_json_holds_its_items() {
        for (given, expected) in [
            ("a=1, 2", &["1", "2"][..]),
            (r#"a={"b": "c,d"}"#, &[r#"{"b": "c,d"}"#]),
            (r#"a=["x,y", 2, {"b": 1}]"#, &["x,y", "2", r#"{"b":1}"#]),
            ("a=[]", &["[]"]),
            ("a=[x", &["[x"]),
        ] {
            let read = parse_all(&[given.to_owned()]).unwrap();
            assert_eq!(read["a"], expected, "{given}");
        }
    }
}
