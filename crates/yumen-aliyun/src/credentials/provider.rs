//! Credentials that stay usable: fetched once, kept, renewed before they end.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError};

use jiff::{SignedDuration, Timestamp};
use yumen_diagnostics::Message;

use super::instance::{self, InstanceRole};
use super::{CredentialError, Credentials, Means, Role, sts, uri};

/// How long before their end credentials are renewed.
const EARLY: SignedDuration = SignedDuration::from_mins(5);

/// How long an attempt to renew credentials that are still valid keeps others from being made.
const PAUSE: SignedDuration = SignedDuration::from_secs(30);

/// Where credentials are had from, and those that are at hand. A copy shares them.
#[derive(Clone)]
pub struct Provider {
    shared: Arc<Shared>,
}

struct Shared {
    recipe: Recipe,
    source: Message,
    region: Option<String>,
}

/// How to get credentials.
pub(super) enum Recipe {
    /// They are known
    Fixed(Arc<Credentials>),
    /// They are known, and only someone else can renew them
    Borrowed {
        credentials: Arc<Credentials>,
        means: Means,
        ended: CredentialError,
    },
    /// A service is asked
    Renewed(Box<Renewed>),
}

impl Recipe {
    /// A service that has not been asked yet.
    pub(super) fn service(service: Service, means: &Means) -> Self {
        Self::Renewed(Box::new(Renewed {
            service,
            means: means.clone(),
            turn: Mutex::default(),
            kept: Mutex::default(),
        }))
    }
}

/// A service and what it gave.
pub(super) struct Renewed {
    service: Service,
    means: Means,
    /// Held by whoever is asking
    turn: Mutex<()>,
    kept: Mutex<Kept>,
}

/// Who gives credentials.
pub(super) enum Service {
    Role {
        base: Provider,
        role: Role,
    },
    RoleWithToken {
        role: Role,
        provider_arn: String,
        token_file: String,
    },
    Instance(InstanceRole),
    Uri(String),
}

/// What the last attempts gave.
#[derive(Default)]
struct Kept {
    credentials: Option<Arc<Credentials>>,
    /// Not to be renewed before
    renew: Timestamp,
    attempts: u64,
    failure: Option<CredentialError>,
}

impl Kept {
    fn valid(&self, now: Timestamp) -> Option<&Arc<Credentials>> {
        self.credentials.as_ref().filter(|held| held.is_valid(now))
    }
}

impl Provider {
    pub(super) fn new(recipe: Recipe, source: Message, region: Option<String>) -> Self {
        let shared = Shared {
            recipe,
            source,
            region,
        };
        Self {
            shared: Arc::new(shared),
        }
    }

    /// Credentials that the caller has.
    #[must_use]
    pub fn fixed(key_id: &str, secret: &str, token: Option<&str>) -> Self {
        let credentials = Credentials::new(key_id, secret, token);
        let source = Message::new("credentials-from-caller");
        Self::new(Recipe::Fixed(Arc::new(credentials)), source, None)
    }

    /// A role, taken on with these credentials: of another account, say. Nothing is asked for yet.
    #[must_use]
    pub fn assume(&self, role: Role, means: &Means) -> Self {
        let source = Message::new("credentials-from-role").with("role", role.arn.as_str());
        let base = self.clone();
        let recipe = Recipe::service(Service::Role { base, role }, means);
        Self::new(recipe, source, None)
    }

    /// Which source the credentials are from, without secrets.
    #[must_use]
    pub fn source(&self) -> Message {
        self.shared.source.clone()
    }

    /// The region that the profile names.
    #[must_use]
    pub fn region(&self) -> Option<&str> {
        self.shared.region.as_deref()
    }

    /// Credentials that are valid: those at hand, or new ones. They are renewed 5 minutes before
    /// they end, by one caller at a time; the others go on with those at hand while these are
    /// valid, and so do all if renewing fails.
    ///
    /// # Errors
    ///
    /// There are none at hand that are valid, and none could be had.
    pub fn credentials(&self) -> Result<Arc<Credentials>, CredentialError> {
        match &self.shared.recipe {
            Recipe::Fixed(credentials) => Ok(Arc::clone(credentials)),
            Recipe::Borrowed {
                credentials,
                means,
                ended,
            } => {
                let valid = credentials.is_valid(means.now());
                valid.then(|| Arc::clone(credentials)).ok_or(ended.clone())
            }
            Recipe::Renewed(renewed) => renewed.credentials(),
        }
    }
}

/// Without the credentials.
impl fmt::Debug for Provider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Provider")
            .field("source", &self.shared.source)
            .field("region", &self.shared.region)
            .finish_non_exhaustive()
    }
}

impl Renewed {
    fn credentials(&self) -> Result<Arc<Credentials>, CredentialError> {
        let means = &self.means;
        let now = means.now();
        let (seen, usable) = {
            let kept = lock(&self.kept);
            let usable = kept.valid(now);
            if let Some(held) = usable.filter(|_| now < kept.renew) {
                return Ok(Arc::clone(held));
            }
            (kept.attempts, usable.map(Arc::clone))
        };
        let turn = match &usable {
            None => lock(&self.turn),
            Some(held) => match self.turn.try_lock() {
                Ok(turn) => turn,
                Err(TryLockError::WouldBlock) => return Ok(Arc::clone(held)),
                Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
            },
        };
        {
            // While this thread waited for its turn, another one may have asked: its answer, good
            // or bad, is the answer to all who waited.
            let kept = lock(&self.kept);
            if kept.attempts != seen {
                if let Some(held) = kept.valid(means.now()) {
                    return Ok(Arc::clone(held));
                }
                if let Some(failure) = &kept.failure {
                    return Err(failure.clone());
                }
            }
        }
        let fetched = self.service.fetch(means).and_then(|new| {
            if new.is_valid(means.now()) {
                Ok(Arc::new(new))
            } else {
                let from = self.service.name();
                Err(CredentialError::Clock { from })
            }
        });
        let now = means.now();
        let mut kept = lock(&self.kept);
        kept.attempts = kept.attempts.wrapping_add(1);
        let pause = now.checked_add(PAUSE).unwrap_or(Timestamp::MAX);
        let given = match fetched {
            Ok(new) => {
                let early = |end: Timestamp| end.checked_sub(EARLY).unwrap_or(Timestamp::MIN);
                kept.renew = new.expires().map_or(Timestamp::MAX, early).max(pause);
                kept.credentials = Some(Arc::clone(&new));
                kept.failure = None;
                Ok(new)
            }
            Err(failure) => {
                kept.renew = pause;
                kept.failure = Some(failure.clone());
                kept.valid(now).map(Arc::clone).ok_or(failure)
            }
        };
        drop(kept);
        drop(turn);
        given
    }
}

impl Service {
    fn fetch(&self, means: &Means) -> Result<Credentials, CredentialError> {
        match self {
            Self::Role { base, role } => sts::assume(role, &*base.credentials()?, means),
            Self::RoleWithToken {
                role,
                provider_arn,
                token_file,
            } => sts::assume_with_token(role, provider_arn, token_file, means),
            Self::Instance(role) => instance::fetch(role, means),
            Self::Uri(address) => uri::fetch(address, means),
        }
    }

    /// Who is asked, for messages.
    fn name(&self) -> String {
        match self {
            Self::Role { role, .. } | Self::RoleWithToken { role, .. } => role.arn.clone(),
            Self::Instance(_) => instance::HOST.to_owned(),
            Self::Uri(address) => uri::shown(address),
        }
    }
}

/// What a thread that panicked left behind is whole: it is written only after all is done.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
