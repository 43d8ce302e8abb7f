//! Follows an account: what changed, by whom, and the snapshot that is right again afterwards.
//!
//! Reading order: [`event`] is one change as the trail tells it, [`trail`] finds new ones, each
//! once; [`affected`] says what must be read again for it, [`estate`] reads that again, [`agenda`]
//! says when. Here is how one learns of changes at all.
//!
//! The vendor's trail shows an event ten minutes after the call
//! (help.aliyun.com/en/actiontrail/product-overview/limits); the simulated cloud shows it at once.
//! So following the trail says *who* and *what*, and [`estate::LiveEstate::poll`] beside it, at an
//! interval of the user's choosing, bounds how long a change can go unseen.

pub mod affected;
pub mod agenda;
pub mod estate;
pub mod event;
pub mod trail;

use yumen_aliyun_protocol::fault::Fault;
use yumen_diagnostics::Message;

use crate::client::Client;
use crate::client::call::CallError;
use crate::collect::Scope;

/// How changes are found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Following {
    /// The trail tells of them; polling beside it covers what it tells late
    Events,
    /// Only by reading again and again; nobody says who changed something
    Polling {
        /// Why the trail does not tell, and what to do about it
        why: Message,
    },
}

impl Following {
    /// Finds out whether the trail can be asked in every region of a scope.
    ///
    /// # Errors
    /// The cloud cannot be asked now: that says nothing about the trail.
    pub fn find(client: &Client, scope: &Scope) -> Result<Self, CallError> {
        for region in &scope.regions {
            match client.read(&trail::smallest(region)) {
                Ok(_) => {}
                Err(CallError::Refused(refusal))
                    if !refusal.fault.is_passing() && !is_everyones(refusal.fault) =>
                {
                    let id = match refusal.fault {
                        Fault::Forbidden => "follow-forbidden",
                        _ => "follow-no-trail",
                    };
                    let why = Message::new(id)
                        .with("region", region.as_str())
                        .with("permission", refusal.permission.as_str())
                        .with("code", refusal.code.as_str())
                        .with("message", refusal.message.as_str());
                    return Ok(Self::Polling { why });
                }
                Err(error) => return Err(error),
            }
        }
        Ok(Self::Events)
    }
}

/// True if every call would be refused like that.
fn is_everyones(fault: Fault) -> bool {
    matches!(fault, Fault::Credentials | Fault::Clock)
}
