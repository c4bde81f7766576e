//! A token that is given as a header: where documents say that tokens stand, and what a header holds beside one.
//!
//! In come names and values of headers, and where they are found; out come the token and what is put around it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::PathBuf;

use crate::contract::{AskedFor, Contract};
use crate::names;
use crate::secret::Secret;

/// Where a part of an account is found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SecretSource {
    /// In an environment variable.
    Variable(String),
    /// In a file.
    File(PathBuf),
}

impl fmt::Display for SecretSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Variable(name) => f.write_str(name),
            Self::File(path) => write!(f, "the file {}", path.display()),
        }
    }
}

/// The header in which a token stands that is given as a header, or the parameter of the query in which documents ask
/// for it.
#[derive(Debug, Clone)]
pub struct Carried {
    /// Its name, or that of the parameter.
    pub header: String,
    /// Whether it is a parameter of the query.
    pub in_query: bool,
    /// The name of the cookie that holds the token; `None` where the header holds nothing else.
    pub cookie: Option<String>,
    /// What stands before the token, such as a scheme.
    pub before: String,
    /// The cookies beside it, which are sent whoever asks.
    pub others: Option<Secret>,
    /// Whether a shell finds the token, and nothing else, where the credentials say.
    pub is_found: bool,
}

/// Where documents say that tokens stand, beside `Authorization`.
#[derive(Debug, Clone, Default)]
pub struct Documented {
    /// The names of headers, in small letters.
    pub headers: BTreeSet<String>,
    /// The names of parameters of the query.
    pub queries: BTreeSet<String>,
    /// The names of cookies.
    pub(crate) cookies: BTreeSet<String>,
    /// The headers, in small letters, that open something alone.
    pub(crate) opening: BTreeSet<String>,
    /// The parameter of the query that opens all that asks for anything, where no other credential does but a header
    /// or a cookie of its own.
    pub(crate) query_key: Option<String>,
}

/// Where the value of a header is found.
#[derive(Debug, Clone)]
pub struct HeaderSource {
    /// What stands before it in the header.
    pub before: String,
    /// The variable or the file.
    pub place: SecretSource,
}

/// The sources of the headers of which they are known, by their names in small letters.
pub type HeaderSources = BTreeMap<String, HeaderSource>;

impl Carried {
    /// A parameter of the query that holds nothing but the token.
    pub(crate) fn in_query(name: &str) -> Self {
        Self {
            header: name.to_owned(),
            in_query: true,
            cookie: None,
            before: String::new(),
            others: None,
            is_found: true,
        }
    }

    /// What a header carries, and the token in it; `None` where it holds none.
    pub(crate) fn of(
        name: &str,
        value: &str,
        source: Option<&HeaderSource>,
        documented: &Documented,
    ) -> Option<(Self, String)> {
        let mut carried = Self {
            header: name.to_owned(),
            in_query: false,
            cookie: None,
            before: String::new(),
            others: None,
            is_found: false,
        };
        let behind = source.and_then(|source| value.strip_prefix(&source.before));
        let token = if name.eq_ignore_ascii_case(COOKIE) {
            let (cookie, token, others) = cookie(value, documented)?;
            carried.cookie = Some(cookie);
            carried.others = others.map(|others| Secret::new(&others));
            token
        } else {
            if let (Some(source), Some(_)) = (source, behind) {
                carried.before.clone_from(&source.before);
            }
            behind.unwrap_or(value).to_owned()
        };
        carried.is_found = behind == Some(token.as_str());
        (!token.is_empty()).then_some((carried, token))
    }
}

impl Documented {
    pub(crate) fn of(contract: &Contract) -> Self {
        let mut places = Self {
            query_key: query_key(contract),
            ..Self::default()
        };
        for way in contract.operations.iter().flat_map(|one| &one.ways) {
            for one in way {
                match one {
                    AskedFor::Header(name) => {
                        places.headers.insert(name.to_ascii_lowercase());
                    }
                    AskedFor::Cookie(name) => {
                        places.cookies.insert(name.clone());
                    }
                    AskedFor::Query(name) => {
                        places.queries.insert(name.clone());
                    }
                    _ => {}
                }
            }
            match way.as_slice() {
                [AskedFor::Header(name)] => places.opening.insert(name.to_ascii_lowercase()),
                [AskedFor::Cookie(_)] => places.opening.insert(COOKIE.to_owned()),
                _ => false,
            };
        }
        places
    }
}

/// The name of the parameter in which all operations that ask for anything take a key, and nothing beside it.
fn query_key(contract: &Contract) -> Option<String> {
    let asking = contract.operations.iter();
    let mut asking = asking
        .filter(|one| !one.ways.is_empty() && !one.ways.iter().any(Vec::is_empty))
        .peekable();
    let alone = |way: &Vec<AskedFor>| match way.as_slice() {
        [AskedFor::Query(name)] => Some(name.clone()),
        _ => None,
    };
    let name = asking.peek()?.ways.iter().find_map(alone)?;
    let is_other =
        |one: &AskedFor| matches!(one, AskedFor::Bearer | AskedFor::Basic | AskedFor::Raw);
    let mut ways = contract.operations.iter().flat_map(|one| &one.ways);
    let has_other = ways.any(|way| way.iter().any(is_other));
    let is_taken = asking.all(|one| {
        one.ways
            .iter()
            .any(|way| alone(way).as_ref() == Some(&name))
    });
    (is_taken && !has_other).then_some(name)
}

/// The header of cookies.
pub(crate) const COOKIE: &str = "cookie";

/// The name and the value of the cookie that is the token, and the cookies beside it that say nothing of who asks:
/// the documented one, else the first that is named as credentials are, else the longest.
fn cookie(value: &str, documented: &Documented) -> Option<(String, String, Option<String>)> {
    let all = value
        .split(';')
        .filter_map(|one| one.trim().split_once('='));
    let all: Vec<(&str, &str)> = all.collect();
    let named = |is_it: &dyn Fn(&str) -> bool| all.iter().position(|(name, _)| is_it(name));
    let stated = named(&|name| documented.cookies.contains(name));
    let longest = || (0..all.len()).rev().max_by_key(|at| all[*at].1.len());
    let at = stated.or_else(|| named(&names::is_credential));
    let at = at.or_else(longest)?;
    let (name, token) = all.get(at)?;
    let others = all.iter().enumerate().filter(|(other, _)| *other != at);
    let others: Vec<String> = others
        .map(|(_, (name, value))| format!("{name}={value}"))
        .collect();
    // Where nobody says which one opens, another one may.
    let others = (stated.is_some() && !others.is_empty()).then(|| others.join("; "));
    Some(((*name).to_owned(), (*token).to_owned(), others))
}
