//! A contract and conformance test harness for portals that speak the ONLYOFFICE portal API 2.0.
pub mod contract;
pub mod page;
pub mod portal;
pub mod profile;
pub mod shape;
pub mod source;
