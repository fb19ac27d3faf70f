CREATE TABLE `row_counts` (
	`tableName` text PRIMARY KEY NOT NULL,
	`rows` integer NOT NULL,
	`countedTo` integer DEFAULT 0 NOT NULL
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
ALTER TABLE `clock` ADD `sweptAt` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
CREATE INDEX `ssh_keys_expiry` ON `ssh_keys` (`notAfter`);--> statement-breakpoint
INSERT INTO `row_counts` (`tableName`, `rows`) SELECT 'users', count(*) FROM `users`;--> statement-breakpoint
INSERT INTO `row_counts` (`tableName`, `rows`) SELECT 'api_keys', count(*) FROM `api_keys`;--> statement-breakpoint
INSERT INTO `row_counts` (`tableName`, `rows`) SELECT 'sessions', count(*) FROM `sessions`;--> statement-breakpoint
INSERT INTO `row_counts` (`tableName`, `rows`) SELECT 'nonces', count(*) FROM `nonces`;--> statement-breakpoint
INSERT INTO `row_counts` (`tableName`, `rows`) SELECT 'oauth_codes', count(*) FROM `oauth_codes`;--> statement-breakpoint
INSERT INTO `row_counts` (`tableName`, `rows`, `countedTo`)
  SELECT 'key_history', (SELECT count(*) FROM `key_history`), `last` FROM `clock` WHERE `id` = 1;--> statement-breakpoint
INSERT INTO `row_counts` (`tableName`, `rows`) SELECT 'hosts', count(*) FROM `hosts`;--> statement-breakpoint
INSERT INTO `row_counts` (`tableName`, `rows`) SELECT 'host_urls', count(*) FROM `host_urls`;--> statement-breakpoint
INSERT INTO `row_counts` (`tableName`, `rows`) SELECT 'ssh_keys', count(*) FROM `ssh_keys`;--> statement-breakpoint
INSERT INTO `row_counts` (`tableName`, `rows`) SELECT 'ssh_spans', count(*) FROM `ssh_spans`;--> statement-breakpoint
INSERT INTO `row_counts` (`tableName`, `rows`) SELECT 'ssh_span_ends', count(*) FROM `ssh_span_ends`;--> statement-breakpoint
INSERT INTO `row_counts` (`tableName`, `rows`) SELECT 'ssh_compromised', count(*) FROM `ssh_compromised`;--> statement-breakpoint
INSERT INTO `row_counts` (`tableName`, `rows`, `countedTo`)
  SELECT 'audit', (SELECT count(*) FROM `audit`), `last` FROM `clock` WHERE `id` = 1;--> statement-breakpoint
INSERT INTO `row_counts` (`tableName`, `rows`) SELECT 'refusals', count(*) FROM `refusals`;--> statement-breakpoint
CREATE TRIGGER `users_rows_up` AFTER INSERT ON `users`
BEGIN UPDATE `row_counts` SET `rows` = `rows` + 1 WHERE `tableName` = 'users'; END;--> statement-breakpoint
CREATE TRIGGER `users_rows_down` AFTER DELETE ON `users`
BEGIN UPDATE `row_counts` SET `rows` = `rows` - 1 WHERE `tableName` = 'users'; END;--> statement-breakpoint
CREATE TRIGGER `api_keys_rows_up` AFTER INSERT ON `api_keys`
BEGIN UPDATE `row_counts` SET `rows` = `rows` + 1 WHERE `tableName` = 'api_keys'; END;--> statement-breakpoint
CREATE TRIGGER `api_keys_rows_down` AFTER DELETE ON `api_keys`
BEGIN UPDATE `row_counts` SET `rows` = `rows` - 1 WHERE `tableName` = 'api_keys'; END;--> statement-breakpoint
CREATE TRIGGER `sessions_rows_up` AFTER INSERT ON `sessions`
BEGIN UPDATE `row_counts` SET `rows` = `rows` + 1 WHERE `tableName` = 'sessions'; END;--> statement-breakpoint
CREATE TRIGGER `sessions_rows_down` AFTER DELETE ON `sessions`
BEGIN UPDATE `row_counts` SET `rows` = `rows` - 1 WHERE `tableName` = 'sessions'; END;--> statement-breakpoint
CREATE TRIGGER `nonces_rows_up` AFTER INSERT ON `nonces`
BEGIN UPDATE `row_counts` SET `rows` = `rows` + 1 WHERE `tableName` = 'nonces'; END;--> statement-breakpoint
CREATE TRIGGER `nonces_rows_down` AFTER DELETE ON `nonces`
BEGIN UPDATE `row_counts` SET `rows` = `rows` - 1 WHERE `tableName` = 'nonces'; END;--> statement-breakpoint
CREATE TRIGGER `oauth_codes_rows_up` AFTER INSERT ON `oauth_codes`
BEGIN UPDATE `row_counts` SET `rows` = `rows` + 1 WHERE `tableName` = 'oauth_codes'; END;--> statement-breakpoint
CREATE TRIGGER `oauth_codes_rows_down` AFTER DELETE ON `oauth_codes`
BEGIN UPDATE `row_counts` SET `rows` = `rows` - 1 WHERE `tableName` = 'oauth_codes'; END;--> statement-breakpoint
CREATE TRIGGER `key_history_rows_down` AFTER DELETE ON `key_history`
BEGIN UPDATE `row_counts` SET `rows` = `rows` - 1 WHERE `tableName` = 'key_history' AND `countedTo` >= OLD.`createDate`; END;--> statement-breakpoint
CREATE TRIGGER `hosts_rows_up` AFTER INSERT ON `hosts`
BEGIN UPDATE `row_counts` SET `rows` = `rows` + 1 WHERE `tableName` = 'hosts'; END;--> statement-breakpoint
CREATE TRIGGER `hosts_rows_down` AFTER DELETE ON `hosts`
BEGIN UPDATE `row_counts` SET `rows` = `rows` - 1 WHERE `tableName` = 'hosts'; END;--> statement-breakpoint
CREATE TRIGGER `host_urls_rows_up` AFTER INSERT ON `host_urls`
BEGIN UPDATE `row_counts` SET `rows` = `rows` + 1 WHERE `tableName` = 'host_urls'; END;--> statement-breakpoint
CREATE TRIGGER `host_urls_rows_down` AFTER DELETE ON `host_urls`
BEGIN UPDATE `row_counts` SET `rows` = `rows` - 1 WHERE `tableName` = 'host_urls'; END;--> statement-breakpoint
CREATE TRIGGER `ssh_keys_rows_up` AFTER INSERT ON `ssh_keys`
BEGIN UPDATE `row_counts` SET `rows` = `rows` + 1 WHERE `tableName` = 'ssh_keys'; END;--> statement-breakpoint
CREATE TRIGGER `ssh_keys_rows_down` AFTER DELETE ON `ssh_keys`
BEGIN UPDATE `row_counts` SET `rows` = `rows` - 1 WHERE `tableName` = 'ssh_keys'; END;--> statement-breakpoint
CREATE TRIGGER `ssh_spans_rows_up` AFTER INSERT ON `ssh_spans`
BEGIN UPDATE `row_counts` SET `rows` = `rows` + 1 WHERE `tableName` = 'ssh_spans'; END;--> statement-breakpoint
CREATE TRIGGER `ssh_spans_rows_down` AFTER DELETE ON `ssh_spans`
BEGIN UPDATE `row_counts` SET `rows` = `rows` - 1 WHERE `tableName` = 'ssh_spans'; END;--> statement-breakpoint
CREATE TRIGGER `ssh_span_ends_rows_up` AFTER INSERT ON `ssh_span_ends`
BEGIN UPDATE `row_counts` SET `rows` = `rows` + 1 WHERE `tableName` = 'ssh_span_ends'; END;--> statement-breakpoint
CREATE TRIGGER `ssh_span_ends_rows_down` AFTER DELETE ON `ssh_span_ends`
BEGIN UPDATE `row_counts` SET `rows` = `rows` - 1 WHERE `tableName` = 'ssh_span_ends'; END;--> statement-breakpoint
CREATE TRIGGER `ssh_compromised_rows_up` AFTER INSERT ON `ssh_compromised`
BEGIN UPDATE `row_counts` SET `rows` = `rows` + 1 WHERE `tableName` = 'ssh_compromised'; END;--> statement-breakpoint
CREATE TRIGGER `ssh_compromised_rows_down` AFTER DELETE ON `ssh_compromised`
BEGIN UPDATE `row_counts` SET `rows` = `rows` - 1 WHERE `tableName` = 'ssh_compromised'; END;--> statement-breakpoint
CREATE TRIGGER `audit_rows_down` AFTER DELETE ON `audit`
BEGIN UPDATE `row_counts` SET `rows` = `rows` - 1 WHERE `tableName` = 'audit' AND `countedTo` >= OLD.`stamp`; END;--> statement-breakpoint
CREATE TRIGGER `refusals_rows_up` AFTER INSERT ON `refusals`
BEGIN UPDATE `row_counts` SET `rows` = `rows` + 1 WHERE `tableName` = 'refusals'; END;--> statement-breakpoint
CREATE TRIGGER `refusals_rows_down` AFTER DELETE ON `refusals`
BEGIN UPDATE `row_counts` SET `rows` = `rows` - 1 WHERE `tableName` = 'refusals'; END;--> statement-breakpoint
DROP TRIGGER `ssh_spans_one_open`;--> statement-breakpoint
CREATE TRIGGER `ssh_spans_one_open` BEFORE INSERT ON `ssh_spans`
WHEN (SELECT `restoring` FROM `clock` WHERE `id` = 1) = 0 AND EXISTS (SELECT 1 FROM `ssh_spans` WHERE `keyId` = NEW.`keyId`
  AND NOT EXISTS (SELECT 1 FROM `ssh_span_ends` WHERE `spanId` = `ssh_spans`.`id`))
BEGIN SELECT RAISE(ABORT, 'ssh_spans_one_open'); END;
