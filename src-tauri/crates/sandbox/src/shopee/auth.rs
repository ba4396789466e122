//! Tokens: a code is good once, a refresh token is good once, an old access token a little longer.

use super::http::{Call, Refusal};
use super::state::{OVERLAP_S, Shopee, TokenPair};
use domain::Timestamp;
use serde_json::{Value, json};
use url::Url;

impl Shopee {
    pub(super) fn exchange(&self, call: &Call) -> Result<Value, Refusal> {
        let code = call.body["code"].as_str().unwrap_or_default().to_owned();
        let until = self.state().codes.remove(&code);
        if until.is_none_or(|until| until < self.now()) {
            return Err(("invalid_code", "Invalid code".into()));
        }
        let given = self.authorise();
        let mut answer = pair(&given);
        if call.body["main_account_id"].is_number() {
            if let Some(access) = self.state().access.get_mut(&given.access) {
                access.main = true;
            }
            let (merchant, _) = &self.setup.merchant;
            answer["shop_id_list"] = json!([self.setup.shop_id]);
            answer["merchant_id_list"] = if *merchant == 0 { json!([]) } else { json!([merchant]) };
        }
        Ok(answer)
    }

    pub(super) fn renew(&self, call: &Call) -> Result<Value, Refusal> {
        let refresh = call.body["refresh_token"].as_str().unwrap_or_default();
        if call.body["shop_id"].as_u64() != Some(self.setup.shop_id) {
            return Err(("error_param", "shop_id is wrong".into()));
        }
        let now = self.now();
        let overlap = Timestamp::from_second(now.as_second() + OVERLAP_S).unwrap_or(now);
        {
            let mut state = self.state();
            if !state.refresh.remove(refresh) {
                return Err(("error_shop_refresh_token", "Invalid refresh_token.".into()));
            }
            for access in state.access.values_mut() {
                access.until = access.until.min(overlap);
            }
        }
        let mut answer = pair(&self.authorise());
        answer["shop_id"] = json!(self.setup.shop_id);
        answer["partner_id"] = json!(self.setup.partner_id);
        Ok(answer)
    }
}

impl Shopee {
    /// The page on which a seller authorises the application. This one agrees at once and goes back with a code, for the
    /// shop, or for its main account if a test wants that.
    pub(super) fn authorize_page(&self, call: &Call) -> Result<String, Refusal> {
        let mut back = Url::parse(call.param("redirect")?).map_err(|e| ("error_param", e.to_string()))?;
        let code = self.issue_code();
        let main = self.state().main_account;
        let (name, id) = match main {
            Some(id) => ("main_account_id", id),
            None => ("shop_id", self.setup.shop_id),
        };
        back.query_pairs_mut().append_pair("code", &code).append_pair(name, &id.to_string());
        Ok(back.into())
    }

    /// What the platform says of the shop.
    pub(super) fn shop_info(&self) -> Value {
        let now = self.now().as_second();
        let state = self.state();
        let status = if state.status.is_empty() { "NORMAL" } else { &state.status };
        let until = state.authorised_until.map_or(now + 365 * 86_400, Timestamp::as_second);
        json!({
            "shop_name": self.setup.shop_name, "region": self.setup.region, "status": status,
            "is_cb": true, "auth_time": now - 86_400, "expire_time": until,
            "merchant_id": self.setup.merchant.0,
        })
    }

    /// What the platform says of the merchant, to a main account's token only.
    pub(super) fn merchant_info(&self, call: &Call) -> Result<Value, Refusal> {
        let (id, name) = &self.setup.merchant;
        let access = call.param("access_token")?;
        let opens = self.state().access.get(access).is_some_and(|access| access.main);
        if !opens || call.param("merchant_id")? != id.to_string() {
            return Err(("error_permission", "The merchant is not authorised.".into()));
        }
        Ok(json!({ "merchant_name": name, "merchant_region": "CN", "merchant_currency": "CNY" }))
    }

    /// From now on the seller signs in at the authorisation page as a main account.
    pub fn sign_in_as_main_account(&self, id: u64) {
        self.state().main_account = Some(id);
    }
}

fn pair(pair: &TokenPair) -> Value {
    json!({ "access_token": pair.access, "refresh_token": pair.refresh, "expire_in": pair.expire_in })
}
