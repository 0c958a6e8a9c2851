"""Who may do what, said a second time: ``test_rights`` holds the product to it.

A right is taken from the product and from here, or it is not taken: neither alone decides.
"""

from collections.abc import Iterator

DEEDS: dict[str, str] = {
    "absences.lead": "absences.actions: _check_mine",
    "absences.plan": "absences.actions: _check_mine",
    "calls.edit": """
                calls.actions.counters: save_counter
                calls.actions.numbers: save_extensions
    """,
    "calls.note": """
                calls.actions.counters: go_to let_go
                calls.actions.noting: meet_caller note_first_talk note_talk note_wrong_number
                calls.actions.ringing: not_for_me
    """,
    "cases.edit": """
                cases.actions.editing: edit_case tag_case
                cases.actions.handing: change_customer
                cases.actions.merging: merge_cases
                cases.actions.serving: take_newer_standard
                cases.actions.splitting: split_case
                cases.actions.stepping: open_step skip_step tick_step
        cases.actions.spam: mark_spam unmark_spam
    """,
    "cases.note": "cases.actions.answering: look note",
    "cases.open": "cases.actions.opening: open_for_customer",
    "cases.promise": """
                cases.actions.vowing: keep_vow make_promise move_promise put_promise_back withdraw_promise
                promises.actions.offering: decide_offer
    """,
    "cases.reopen": "cases.actions.closing: reopen",
    "cases.reply": """
                cases.actions.answering: believe_it_arrived reply retry_undelivered save_draft settle_undelivered
                cases.actions.answering: unsettle_undelivered
                cases.actions.drafts: add_draft_files remove_draft_file
                cases.actions.owning: stand_in
                cases.actions.apologizing: answer_for_it preview_apology
                cases.actions.previewing: preview_answer
                cases.actions.retelling: hear_aloud tell_aloud
                cases.actions.solving: answer_and_solve take_back
                promises.actions.answering: apologize say_how
    """,
    "cases.solve": "cases.actions.solving: answer_and_solve mark_solved",
    "cases.transfer": "cases.actions.owning: transfer",
    "complaints.handle": """
                complaints.actions.answering: answer offer_ways
                complaints.actions.hearing: refuse
                complaints.actions.judging: assess choose_terms entrust investigate
                complaints.actions.receiving: acknowledge receive_complaint
                complaints.actions.problems: link_case link_complaint unlink_case
                complaints.api.problems: list_problems read_problem
                complaints.api.reading: list_complaints read_complaint read_complaint_of_case
    """,
    "complaints.mend": """
                complaints.actions.problems: finish_fix move_problem save_fix save_problem
                complaints.actions.telling: tell_touched
    """,
    "complaints.settle": "complaints.actions.settling: end improve withdraw",
    "customers.edit": """
                cases.actions.handing: change_customer
                customers.actions.addresses: add_contact_point mark_contact_point remove_contact_point
                customers.actions.meeting: meet_customer
                customers.actions.organizations: edit_organization found_organization
                customers.actions.people: edit_customer merge_customers
                customers.actions.wishes: write_wishes
                customers.api.organizations: list_organizations list_people read_organization
    """,
    "customers.erase": """
                cases.actions.forgetting: erase_person
                customers.actions.people: erase_customer
    """,
    "customers.export": "customers.actions.people: note_export",
    "figures.see": "figures.api: read_figure read_rows",
    "goodwill.decide": """
                goodwill.actions.asking: answer_asked withdraw
                goodwill.actions.giving: reverse_gesture
                goodwill.figures: given_by refused_by_rule table_of_gestures table_of_refusals
    """,
    "goodwill.edit": "goodwill.actions.arranging: set_budget set_gift set_limit set_rule set_situation",
    "goodwill.give": """
                goodwill.actions.asking: ask_lead withdraw
                goodwill.actions.giving: give reverse_gesture tell_customer
    """,
    "goodwill.refuse": "goodwill.actions.refusing: say_no",
    "held.decide": "reach.actions.held: bring_back_held delete_held release_held",
    "knowledge.arrange": """
                knowledge.actions.importing: import_articles
                knowledge.actions.shelves: remove_section set_section
                knowledge.actions.taking_in: begin_import drop_import finish_import
                knowledge.actions.words: set_house_words
                knowledge.api.arranging: export
                knowledge.api.moving: import_file
    """,
    "knowledge.publish": "knowledge.actions.publishing: approve send_back unarchive withdraw",
    "knowledge.write": """
                knowledge.actions.files: add_file remove_file
                knowledge.actions.publishing: bring_back confirm_review offer publish take_back
                knowledge.actions.serving: decide_correction judge propose_correction reopen_correction
            settle_searches settle_words unsettle_search
                knowledge.actions.writing: confirm_translation drop_draft edit_draft restore set_article
            start_draft write_article
                knowledge.api.learning: _correction list_corrections list_feedback list_questions
            read_figures
                knowledge.api.reading: _articles list_sections
    """,
    "macros.edit": "cases.actions.macros: restore_macro save_macro",
    "reach.edit": """
                reach.actions.channels: add_http_channel check_channel edit_http_channel open_door pause_channel
            resume_channel
                reach.actions.messengers: connect_messenger open_messenger
                reach.actions.inboxes: add_email_inbox edit_inbox inbox_problems
                reach.actions.restored: decide_about_the_restored
    """,
    "settings.edit": """
                cases.actions.fields: save_custom_field
                complaints.actions.settings: save_term save_way
                foundation.files.logos: set_logo
                foundation.policies: change_policies
                foundation.switching: switch_module
                knowledge.actions.shelves: set_brand
    """,
    "standards.edit": """
                standards.actions.archiving: archive bring_back
                standards.actions.proposing: decline_proposal take_proposal
                standards.actions.publishing: approve confirm_review offer publish send_back take_back
                standards.actions.writing: drop_draft edit_draft restore set_standard start_draft write_standard
    """,
    "standards.propose": "standards.actions.proposing: propose_change",
    "suggestions.decide": """
                suggestions.actions.thanking: hide_praise show_praise
                suggestions.actions.deciding: answer hide move show
                suggestions.actions.merging: merge
                suggestions.actions.telling: tell_everyone
                suggestions.api.telling: read_telling
    """,
    "suggestions.see": """
                suggestions.api.reading: list_suggestions list_suggestions_like read_suggestion
                suggestions.api.thanks: list_kind_words
    """,
    "suggestions.write": """
                suggestions.actions.deciding: edit_suggestion link unlink
                suggestions.actions.ours: back_idea suggest_as_colleague
                suggestions.actions.suggesting: _check withdraw_voice
                suggestions.actions.telling: note_told
                suggestions.actions.thanking: thank
                suggestions.api.deciding: link_suggestion
                suggestions.api.writing: add_voice_to_suggestion create_suggestion
    """,
    "surveys.edit": """
                surveys.actions.answering: take_answers
                surveys.actions.asking: ask_by_hand
                surveys.actions.inviting: invite
                surveys.actions.noting: drop_note note_day
                surveys.actions.planning: plan_asking take_list
                surveys.api.asking: ask_customer
                surveys.actions.publishing: close_survey open_survey publish
                surveys.actions.writing: change_survey drop_draft write_survey
    """,
    "surveys.see": """
                surveys.api.answering: survey_figures
                surveys.api.asking: list_turns read_plan survey_funnel
                surveys.api.building: list_surveys read_survey
    """,
    "team.edit": """
                cases.actions.leaving: let_agent_go
                team.actions.managers: hand_charges
                team.actions.presence: take_pause
                team.actions: come_back create_agent create_token edit_agent edit_team found_team go_away
            invite_agent join_team leave_team revoke_token set_working_time
    """,
    "team.appoint": "team.actions.managers: name_manager",
    "team.see": """
        cases.figures.rows: rows_behind
        cases.figures.standards: _asked
        cases.figures.team: outcomes team_figures
    """,
    "topics.edit": """
                topics.actions.dictionary: give_examples save_topic
                topics.actions.watching: watch_problem
    """,
    "topics.say": "topics.actions.saying: say_topic say_topic_of_case",
    "topics.see": "topics.api: list_topics",
    "webhooks.edit": """
                foundation.webhooks.actions: add_webhook check_webhook edit_webhook remove_webhook
                foundation.webhooks.queries: webhooks
    """,
}
"""By right: the functions that ask for it themselves, module by module."""

PAGES: dict[str, str] = {
    "": """
        cases:alerts cases:alerts-bulk cases:alerts-seen cases:article-correct cases:article-figures
        cases:article-figures-table cases:article-judged cases:case-articles cases:case-closing cases:case-known
        cases:case-standard cases:insertable
        cases:propose-standard cases:step cases:take-standard cases:bulk
        cases:bulk-count desk:case desk:dialogs desk:draft-file-note desk:draft-file-remove
        desk:draft-file-reply desk:draft-note desk:draft-reply desk:edit desk:fold desk:fresh desk:inbox
        desk:join-again desk:merge
        desk:not-spam desk:note desk:onward desk:original desk:palette desk:pin desk:pin-move desk:pin-name desk:pins
        desk:presence desk:preview desk:arrived
        desk:reopen desk:reply desk:retry desk:said desk:search desk:session desk:session-in desk:settings
        desk:split
        desk:solve desk:spam desk:stand-in desk:tag desk:tags
        cases:undo desk:pin-undo desk:take-back desk:transfer desk:unpin
        desk:whole knowledge:article knowledge:articles knowledge:correction knowledge:corrections
        knowledge:original knowledge:questions knowledge:sections knowledge:versions
        reach:restored
        standards:act standards:decide standards:edit standards:preview standards:proposals standards:propose
        standards:restore standards:save standards:standard standards:standards standards:versions
        team:me team:me-pause team:me-day-over team:me-away team:me-back team:me-writing
    """,
    "audit.see": "desk:audit",
    "calls.edit": """
        calls:card calls:counter calls:counter-new calls:counters calls:exchange calls:exchange-new calls:exchanges
        calls:numbers
    """,
    "calls.note": """
        calls:calls calls:go calls:gone calls:not-me calls:note calls:owed calls:pop calls:recording calls:visit
    """,
    "cases.edit": "cases:case-customer",
    "cases.open": "cases:new",
    "cases.promise": """
        absences:move
        promises:call promises:decline promises:keep promises:move promises:take promises:undo promises:visit
        promises:withdraw
    """,
    "cases.reply": """
        cases:undelivered cases:undelivered-bulk cases:undelivered-retry cases:undelivered-settle
        promises:apology promises:said promises:thanks
    """,
    "complaints.handle": """
        complaints:case-problem complaints:complaint complaints:complaints complaints:file complaints:new
        complaints:problem complaints:problems complaints:step
    """,
    "complaints.mend": """
        complaints:problem-edit complaints:problem-fix complaints:problem-new complaints:problem-no-help
        complaints:problem-tell
    """,
    "customers.edit": """
        cases:customer cases:customer-edit cases:customer-points cases:organization cases:organization-new
        customers:customer-merge customers:customer-point customers:customers customers:organizations
        customers:wishes
    """,
    "customers.erase": "cases:customer-erase",
    "customers.export": "cases:customer-export",
    "goodwill.edit": """
        goodwill:budget-edit goodwill:gift-edit goodwill:gift-new goodwill:gifts goodwill:limit-edit goodwill:limits
        goodwill:rule-edit goodwill:rule-new goodwill:rules
        goodwill:situation-edit goodwill:situation-new goodwill:situations
    """,
    "figures.see": "figures:figures figures:in-short figures:table",
    "goodwill.decide": "goodwill:figures goodwill:rows",
    "goodwill.give": "goodwill:asked goodwill:give goodwill:ledger goodwill:reverse goodwill:waiting",
    "goodwill.refuse": "goodwill:refuse",
    "held.decide": """
        reach:held reach:held-bring-back reach:held-bulk reach:held-delete reach:held-letter reach:held-original
        reach:held-release
    """,
    "knowledge.arrange": """
        knowledge:export knowledge:import knowledge:section-edit knowledge:section-new
        knowledge:section-remove knowledge:words
    """,
    "knowledge.write": """
        cases:case-to-article knowledge:act knowledge:articles-bulk knowledge:corrections-bulk knowledge:edit
        knowledge:file-remove knowledge:files
        knowledge:links knowledge:new knowledge:preview knowledge:properties knowledge:questions-bulk
        knowledge:restore knowledge:save
    """,
    "macros.edit": """
        cases:macro-edit cases:macro-new cases:macro-preview cases:macro-restore cases:macro-versions cases:macros
    """,
    "reach.edit": """
        reach:channel reach:channel-do reach:channel-new reach:channels reach:messenger reach:messenger-first
        reach:messenger-law reach:messenger-new reach:inbox-edit reach:inbox-new reach:inboxes
    """,
    "settings.edit": """
        cases:closings cases:fact-edit cases:fact-new cases:facts cases:mood
        complaints:settings complaints:term-edit complaints:term-new complaints:terms
        complaints:way-edit complaints:way-new complaints:ways
        desk:rules desk:safety desk:steps foundation:company
        calls:settings
        promises:settings suggestions:settings surveys:clocks topics:settings
        foundation:company-logo foundation:module-switch foundation:modules goodwill:house knowledge:brand-edit
        knowledge:brand-new knowledge:brands portal:button portal:button-preview
    """,
    "standards.edit": "standards:new standards:properties",
    "suggestions.decide": """
        suggestions:answer suggestions:decline suggestions:merge suggestions:praise-hide suggestions:praise-show
        suggestions:show suggestions:tell
    """,
    "suggestions.see": """
        suggestions:like suggestions:suggestion suggestions:suggestions suggestions:thanks suggestions:voices
    """,
    "suggestions.write": """
        suggestions:act suggestions:edit suggestions:from-case suggestions:idea suggestions:link suggestions:new
        suggestions:thank suggestions:voice suggestions:whom
    """,
    "surveys.edit": """
        surveys:act surveys:asking surveys:change surveys:edit surveys:hand surveys:new surveys:note surveys:take
        surveys:text surveys:try
    """,
    "surveys.see": """
        surveys:card surveys:file surveys:linked surveys:low surveys:people surveys:survey surveys:surveys surveys:table
    """,
    "team.edit": """
        cases:agent-leave team:agent-edit team:agent-invite team:agent-new team:agent-return team:agents
        team:calendar-edit team:calendar-new team:calendar-shown team:calendar-shown-new team:calendars
        team:team-edit team:team-new team:teams
        team:token-new team:token-revoke team:tokens
    """,
    "absences.plan": """
        absences:absence absences:absences absences:cancel absences:leave absences:plan
    """,
    "cases.transfer": "absences:pass cases:hand-over",
    "team.appoint": "team:customer-manager team:organization-manager",
    "team.see": """
        cases:board cases:board-rows cases:standard-figures cases:standard-figures-rows cases:standard-figures-table
        cases:step-figures promises:broken
    """,
    "topics.edit": "topics:edit topics:new topics:watch",
    "topics.say": "topics:case-topic topics:say",
    "topics.see": "topics:topic topics:topics",
    "webhooks.edit": """
        foundation:webhook-edit foundation:webhook-new foundation:webhook-remove foundation:webhook-test
        foundation:webhooks
    """,
}
"""By right: the pages of the desk that ask for it; those under '' are for everybody who is logged in."""

OPEN = {
    "absences.actions.cancel_absence": "asks by _check_mine",
    "absences.actions.leave_it": "asks by _check_mine",
    "absences.actions.move_it": "asks by _check_mine",
    "absences.actions.pass_on": "asks by _check_mine",
    "absences.actions.plan_absence": "asks by _check_mine",
    "calls.actions.exchanges.add_exchange": "asks by open_door",
    "calls.actions.owing.close_call_backs": "follows from a talk, which asks, or a promise that was kept",
    "calls.actions.owing.settle_call_backs": "a part of note_talk; also what follows from a call",
    "cases.actions.answering.forget_draft": "one's own draft",
    "cases.actions.answering.leave": "a whisper; nothing is written",
    "cases.actions.answering.not_told": "a question; nothing is written",
    "cases.actions.answering.write_answer": "a part of reply and answer_and_solve",
    "cases.actions.opening.open_beside": "a part of split_case, which asks",
    "cases.actions.splitting.join_again": "merge_cases asks",
    "cases.actions.closing.come_back": "a part of reopen, and what follows from a word of the customer",
    "cases.actions.closing.bring_back": "the customer's alone",
    "cases.actions.closing.confirm_satisfaction": "the customer's alone",
    "cases.actions.closing.hold_as_it_was": "asks for the right that it is given",
    "cases.actions.closing.take_dissatisfaction": "the customer's alone",
    "cases.actions.drafts.take_draft_files": "one's own draft",
    "cases.actions.editing.see_alerts": "one's own alerts",
    "cases.actions.editing.unsee_alert": "one's own alerts",
    "cases.actions.holding.hold": "asks for the right that it is given",
    "cases.actions.opening.open_case": "follows from a letter",
    "cases.actions.owning.tell_of_new_owner": "a part of transfer",
    "cases.actions.recounting.announce_moved": "tells of what another action does",
    "cases.actions.recounting.announce_went_on": "tells of what another action does",
    "cases.actions.serving.announce_chosen": "tells of what another action does",
    "cases.actions.serving.follow_facts": "a part of edit_case and tag_case",
    "cases.actions.serving.follow_with_promises": "a part of tag_case and change_customer",
    "complaints.actions.hearing.accept": "the customer's alone",
    "complaints.actions.hearing.hear_word": "follows from a word of the customer",
    "complaints.actions.measuring.measured_parts": "a question; nothing is written",
    "complaints.actions.record.check_not_about": "a question; nothing is written",
    "complaints.actions.record.go_on": "a part of every stage, which asks",
    "complaints.actions.record.tell_leads": "a part of every stage, which asks",
    "complaints.actions.record.tell_owner": "a part of every stage, which asks",
    "complaints.actions.record.write_step": "a part of every stage, which asks",
    "customers.actions.wishes.follow_the_name": "a part of edit_customer",
    "customers.actions.wishes.join_wishes": "a part of merge_customers",
    "goodwill.actions.giving.announce_given": "tells of what another action does",
    "goodwill.actions.giving.hold_limit": "a part of give and ask_lead",
    "goodwill.actions.giving.key_of": "a word; nothing is written",
    "knowledge.actions.serving.forget_quotes": "a part of reply",
    "knowledge.actions.serving.note_quotes": "a part of reply",
    "knowledge.actions.serving.take_correction": "begins with decide_correction, which asks",
    "promises.actions.offering.promise_what_is_said": "begins with make_promise, which asks",
    "reach.actions.inboxes.announce_changed": "a part of what changes an inbox",
    "customers.actions.joining.join_identity": "proven by its channel and by a link of ours",
    "reach.actions.joining.make_start_link": "begins on the customer's own page",
    "reach.actions.outbox.believe_arrived": "a part of believe_it_arrived",
    "reach.actions.outbox.cancel": "a part of take_back",
    "reach.actions.outbox.retry_delivery": "a part of retry_undelivered",
    "reach.actions.stopping.let_letters_go": "a part of unmark_spam",
    "reach.actions.stopping.stop_letters": "a part of mark_spam",
    "reach.actions.sending.send": "a part of reply; also what the house says by itself",
    "reach.actions.words.retell": "a part of hear_aloud",
    "reach.actions.words.said_aloud": "a part of hear_aloud and tell_aloud",
    "reach.actions.words.write_note": "a part of note",
    "suggestions.actions.record.step": "a part of what moves a suggestion, which asks",
    "suggestions.actions.suggesting.add_voice": "asks by _check",
    "suggestions.actions.suggesting.suggest": "asks by _check",
    "surveys.actions.writing.copy_survey": "begins with write_survey, which asks",
    "team.actions.presence.end_day": "a part of go_away, which asks",
    "team.actions.pins.move_pin": "one's own pins",
    "team.actions.pins.pin_page": "one's own pins; asks whether the page is open to them",
    "team.actions.pins.rename_pin": "one's own pins",
    "team.actions.pins.unpin_page": "one's own pins",
    "voice.actions.say_it_is_solved": "the customer's alone",
}
"""Actions that are given an actor and ask for no right, and why none is needed."""


def deeds() -> Iterator[tuple[str, str]]:
    """Each right with the dotted name of a function that asks for it."""
    for right, text in DEEDS.items():
        module = ""
        for word in text.split():
            if word.endswith(":"):
                module = word.removesuffix(":")
            else:
                yield right, f"{module}.{word}"


def pages() -> Iterator[tuple[str, str]]:
    return ((right, name) for right, text in PAGES.items() for name in text.split())
