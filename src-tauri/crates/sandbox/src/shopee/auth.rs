//! Tokens: a code is good once, a refresh token is good once, an old access token a little longer.

use super::http::{Call, Refusal};
use super::state::{OVERLAP_S, Shopee, TokenPair};
use domain::Timestamp;
use serde_json::{Value, json};

impl Shopee {
    pub(super) fn exchange(&self, call: &Call) -> Result<Value, Refusal> {
        let code = call.body["code"].as_str().unwrap_or_default().to_owned();
        let until = self.state().codes.remove(&code);
        if until.is_none_or(|until| until < self.now()) {
            return Err(("invalid_code", "Invalid code".into()));
        }
        let mut answer = pair(&self.authorise());
        if call.body["main_account_id"].is_number() {
            answer["shop_id_list"] = json!([self.setup.shop_id]);
            answer["merchant_id_list"] = json!([]);
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

fn pair(pair: &TokenPair) -> Value {
    json!({ "access_token": pair.access, "refresh_token": pair.refresh, "expire_in": pair.expire_in })
}
