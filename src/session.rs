//! The life of one run: log in, make test data, ask, judge, undo.

pub mod journal;
pub mod login;
pub mod recipe;
