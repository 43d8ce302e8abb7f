//! Whether each right that a collection takes is there, found out by asking.

use yumen_aliyun_protocol::fault::Fault;

use super::PLAN;
use super::plan::{Asked, Paging};
use crate::client::Client;
use crate::client::call::{Call, CallError};

/// What came of asking for a right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asking {
    /// It is there
    Allowed,
    /// It is not there, or the product could not be asked
    Refused(CallError),
    /// It could not be asked without knowing a resource
    Unasked,
}

/// A resource that no account has: whoever may ask about it is told that it is not there.
const NOBODY: &str = "yumen-doctor-asks";

/// Asks for every right that a collection takes, in one region; the smallest page of each list.
pub fn ask_rights<'c>(
    client: &'c Client,
    region: &'c str,
) -> impl Iterator<Item = (String, Asking)> + 'c {
    PLAN.iter().map(move |read| {
        let mut call = Call::new(read.product, read.action, region);
        for (name, value) in read.always {
            call = call.with(*name, *value);
        }
        match read.paging {
            Paging::Whole => {}
            Paging::Number(_) => call = call.with("PageNumber", "1").with("PageSize", "10"),
            Paging::Token(name, size) => call = call.with(name, size.to_string()),
        }
        let permission = call.permission();
        // A log store is asked at the address of its project, which must be known.
        if read.product.is_log_service() {
            return (permission, Asking::Unasked);
        }
        if let Asked::After(_, fields) = read.asked {
            for (parameter, _) in fields {
                call = call.with(*parameter, NOBODY);
            }
        }
        let asking = match client.read(&call) {
            Ok(_) => Asking::Allowed,
            Err(error) => match error.fault() {
                Some(Fault::Missing | Fault::Refused)
                    if call.parameters.iter().any(is_nobody) && !error.is_denial() =>
                {
                    Asking::Allowed
                }
                _ => Asking::Refused(error),
            },
        };
        (permission, asking)
    })
}

fn is_nobody((_, value): &(String, String)) -> bool {
    value == NOBODY
}
