//! STS: who asks, and keys of roles for a while.

use serde_json::json;

use super::authenticate::Key;
use super::fail::{Outcome, Refusal};
use super::request::Call;
use super::{Lab, time, unknown_action};
use crate::random::{SplitMix64, hash};

impl Lab {
    /// The actions of STS.
    pub(super) fn identity(&mut self, call: &Call, key_id: &str, key: &Key, now: u64) -> Outcome {
        match call.action.as_str() {
            "GetCallerIdentity" => Ok(json!({
                "AccountId": key.account,
                "Arn": key.arn,
                "IdentityType": if key.token.is_some() { "AssumedRoleUser" } else { "RAMUser" },
                "PrincipalId": key.account,
                "RoleId": "",
                "UserId": key_id,
            })),
            "AssumeRole" => self.assume(call, &key.denied, now),
            _ => Err(unknown_action()),
        }
    }

    fn assume(&mut self, call: &Call, denied: &[String], now: u64) -> Outcome {
        let arn = call.parameters.required("RoleArn")?;
        let session = call.parameters.required("RoleSessionName")?;
        let seconds = call.parameters.number("DurationSeconds")?.unwrap_or(3600);
        if !(900..=43_200).contains(&seconds) {
            return Err(Refusal::new(
                400,
                "InvalidParameter.DurationSeconds",
                "The Min/Max value of DurationSeconds is 15min/1hr.",
            ));
        }
        let mut parts = arn.split(':').skip(3);
        let (account, role) = (parts.next().unwrap_or_default(), parts.next());
        let Some(role) = role.and_then(|role| role.strip_prefix("role/")) else {
            return Err(Refusal::malformed("RoleArn"));
        };
        if !self.accounts.contains_key(account) {
            return Err(Refusal::new(
                404,
                "EntityNotExist.Role",
                format!("The role not exists: {arn}. "),
            ));
        }
        self.created += 1;
        let mut stream = SplitMix64::new(self.settings.chaos.seed ^ self.created);
        let mut word = |length: usize| -> String {
            let digit = |bits: u64| char::from_digit((bits % 36) as u32, 36).unwrap_or('0');
            (0..length).map(|_| digit(stream.next())).collect()
        };
        let (id, secret, token) = (format!("STS.{}", word(24)), word(44), word(120));
        let expires = now + seconds as u64 * 1000;
        let user = format!("acs:ram::{account}:assumed-role/{role}/{session}");
        let key = Key {
            secret: secret.clone(),
            token: Some(token.clone()),
            expires: Some(expires),
            account: account.to_owned(),
            arn: user.clone(),
            denied: denied.to_vec(),
        };
        self.keys.insert(id.clone(), key);
        Ok(json!({
            "AssumedRoleUser": {"Arn": user, "AssumedRoleId": format!("{}:{session}", hash(role))},
            "Credentials": {
                "AccessKeyId": id,
                "AccessKeySecret": secret,
                "Expiration": time::iso(expires),
                "SecurityToken": token,
            },
        }))
    }
}
