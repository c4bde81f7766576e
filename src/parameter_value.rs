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

/// Reads `NAME=VALUE[,VALUE...]` arguments; several of one name add up.
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
        // An object is one value.
        if serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(values).is_ok() {
            known.push(values.to_owned());
            continue;
        }
        known.extend(values.split(',').map(|value| value.trim().to_owned()));
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
