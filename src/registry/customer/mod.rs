//! Who a customer is and what is known of one: requests, known customers, show, edit.

pub mod edit;
pub(crate) mod known;
pub(crate) mod printed;
pub mod request;
pub(crate) mod revised;
pub mod show;
