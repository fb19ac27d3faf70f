-- The same check as before, in half the work: SQLite compiles a trigger anew for each statement that may fire it.
DROP TRIGGER `key_history_follows_newest`;--> statement-breakpoint
CREATE TRIGGER `key_history_follows_newest` BEFORE INSERT ON `key_history`
WHEN (SELECT `restoring` FROM `clock` WHERE `id` = 1) = 0 AND NEW.`entry` <> 1 + coalesce(
  (SELECT iif(`userPubKey` IS NEW.`userPubKey` OR `createDate` >= NEW.`createDate`, -1, `entry`) FROM `key_history`
    WHERE `instanceId` = NEW.`instanceId` AND `contextId` = NEW.`contextId` AND `userId` = NEW.`userId`
    ORDER BY `createDate` DESC LIMIT 1),
  iif(NEW.`userPubKey` IS NULL, -1, 0))
BEGIN SELECT RAISE(ABORT, 'key_history_follows_newest'); END;
