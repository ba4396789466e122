//! A group of the team, with a robot in it.

use super::{House, comes_true};
use domain::{RobotId, Secret};
use engine::{NewRobot, NewWay, RobotChange, RobotInfo};
use sandbox::wecom::{Company, WeCom};
use sandbox::{Core, Server};
use std::sync::Arc;

pub(crate) const ROBOT_KEY: &str = "5c1e2b7a-demo-robot-key-77aa";

/// A house with a robot in the group of a pretend platform.
pub(crate) struct Group {
    pub(crate) house: House,
    pub(crate) core: Core,
    pub(crate) platform: WeCom,
    pub(crate) server: Server,
    pub(crate) robot: RobotId,
}

impl Group {
    pub(crate) async fn of(house: House) -> Self {
        let clock = Arc::clone(&house.clock);
        let core = Core::new(Arc::new(move || engine::Clock::now(&*clock)));
        let platform = WeCom::new(core.clone(), Company::default());
        platform.add_robot(ROBOT_KEY, "客服群");
        let server = platform.start().await.unwrap();
        let robot = house.engine.add_robot(&new_robot("客服群", &server)).await.unwrap();
        let all = RobotChange {
            ladder: Some(true),
            silence: Some(true),
            content: Some(true),
            ..RobotChange::default()
        };
        house.engine.change_robot(robot, &all).await.unwrap();
        Self { house, core, platform, server, robot }
    }

    pub(crate) async fn info(&self) -> RobotInfo {
        self.house.engine.robot_list().await.unwrap().remove(0)
    }

    /// Everything that reached the group, oldest first.
    pub(crate) fn arrived(&self) -> Vec<String> {
        self.core.ledger.sent().into_iter().map(|sent| sent.content).collect()
    }

    /// Lets time pass, second by second, until the robot is as the caller wants it.
    pub(crate) async fn until(&self, fits: impl Fn(&RobotInfo) -> bool) -> RobotInfo {
        let passes = async || {
            let there = fits(&self.info().await);
            if !there {
                self.house.clock.advance(1);
                self.house.engine.tick().await.unwrap();
            }
            there
        };
        assert!(comes_true(passes).await, "the robot stays as it is: {:?}", self.info().await);
        self.info().await
    }

    pub(crate) async fn drained(&self) {
        self.until(|info| info.standing.waiting == 0).await;
    }

    /// The push log's entries of a kind, oldest first.
    pub(crate) async fn log(&self, kind: &str) -> Vec<String> {
        let mut log = self.house.engine.store().audit_log(None, 1_000).await.unwrap();
        log.reverse();
        log.into_iter().filter(|row| row.entry.kind == kind).map(|row| row.entry.detail).collect()
    }
}

pub(crate) fn new_robot(name: &str, server: &Server) -> NewRobot {
    let way = NewWay::Group { address: Secret::new(ROBOT_KEY) };
    NewRobot { name: name.into(), host: server.base(), way }
}
