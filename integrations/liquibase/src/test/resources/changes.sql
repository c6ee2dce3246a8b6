--liquibase formatted sql

--changeset shop:1
CREATE TABLE IF NOT EXISTS runs (statement_number INT);
CREATE ALIAS IF NOT EXISTS ARRIVE FOR "io.dflockd.liquibase.Gate.arrive";

--changeset shop:2
INSERT INTO runs VALUES (21);
CALL ARRIVE();
INSERT INTO runs VALUES (22);

--changeset shop:3
INSERT INTO runs VALUES (31);
