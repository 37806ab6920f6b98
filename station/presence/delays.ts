/**
 * Every delay and limit of the judgement of presence, in one place. Times are milliseconds, levels dBm,
 * differences dB. `PresenceSettings.tuning` may replace single values for a site; the defaults work for
 * one untuned receiver as well as for several.
 */
export const presenceDelays = {
  // ---- smoothing -------------------------------------------------------------------------------
  /** Time constant with which a rising level is followed: an arrival must be known at once. */
  attackMs: 500,
  /** Time constant of a falling level: a fade of a second is not a car that leaves. */
  releaseMs: 700,
  /** Time constant of the slow level, against which a car is judged to stand or to move. */
  slowMs: 2_500,
  /** A receiver that has not heard a code for so long says nothing about it any more. */
  staleMs: 3_000,
  /** What a receiver that does not hear a code is counted as: just under what radios can hear. */
  silentDbm: -96,

  /** Time constant of the jitter from hearing to hearing, by which a standing car is told. */
  jitterMs: 200,
  /** One step weighs no more than this share, however long the gap before it. */
  jitterShare: 0.28,
  /** Greatest single step that counts, dB: one odd reading is not motion. */
  maxStepDb: 3,
  /** A reading so far above the level counts as this much above it: one odd reading is no arrival, dB. */
  maxRiseDb: 25,
  /** What a code is taken to jitter before it is known, dB. */
  startJitterDb: 3,
  /** The usual jitter rises with this time constant ... */
  usualAttackMs: 2_000,
  /** ... and sinks with this one. */
  usualReleaseMs: 6_000,
  /** Jitter from which a car surely moves, dB ... */
  movingDb: 1.8,
  /** ... or this share of its usual jitter, where the radio itself is noisy ... */
  movingShare: 0.6,
  /** ... and down to which it surely stands, dB. */
  quietDb: 0.6,
  /** A level that drifts faster than this is a moving car's however little it jitters, dB/s ... */
  driftDbPerS: 4,
  /** ... over about so long; ... */
  driftMs: 500,
  /** ... one step counts no more than this, dB: it is a fade, and what fades does not drift. */
  driftStepDb: 2,
  /** A receiver on which somebody jittered less than this, dB ... */
  stillnessDb: 1.3,
  /** ... for so long shows stillness: there a car that jitters is moving. */
  stillnessSeenMs: 1_500,
  /** Jitter is judged from so many hearings on, and only when the last one is so fresh. */
  jitterHearings: 6,
  jitterFreshMs: 500,

  // ---- standing, surely (standing.ts) ------------------------------------------------------------
  /** A standing car's readings spread so far about their mean: the radio's noise and rounding, dB. */
  standSpreadDb: 0.75,
  /** So many of them are odd ones. */
  standOddShare: 0.02,
  /** Their mean is that of the last so many, about. */
  standMeanHearings: 5,
  /** Sum of the logarithms from which a car surely stands: were hearings independent, one in e^13 would say so of a moving car; ... */
  standsSum: 13,
  /** ... less so much for every second that one which came in has been where it would have arrived if it stood, ... */
  stopLikelyPerS: 0.5,
  /** ... no longer than this; ... */
  stopLikelyMs: 5_000,
  /** ... and for every dB that its lane's level rose above that of the last seconds, ... */
  stopLikelyPerDb: 0.4,
  /** ... no more than this, dB; ... */
  stopLikelyRiseDb: 9,
  /** ... it goes no higher than this, so that motion is seen at once. */
  standsMostSum: 17,

  // ---- right before the receiver (nearness.ts) ----------------------------------------------------
  /** There a reading differs from the one before it by so much, dB: Rice fading with a direct ray 11 dB above the others. */
  nearSpreadDb: 2.5,
  /** One reading speaks against it by no more than this, a logarithm; ... */
  nearLeast: -2.5,
  /** ... the sum of the logarithms counts from here on, one less for one less that standing must bring, ... */
  nearEnoughSum: 5,
  /** ... and grows no further than this; ... */
  nearMostSum: 11,
  /** ... it counts once a car has been where it would have arrived if it stood for so long. */
  nearHeldMs: 2_500,

  // ---- approaching -----------------------------------------------------------------------------
  /** Hearings that turn a tentative code into an approaching one. */
  approachHearings: 3,
  /** A tentative code that stays silent so long was an echo or a car on the road. */
  tentativeSilenceMs: 20_000,
  /** An approaching code that stays silent so long has driven by. */
  approachingSilenceMs: 60_000,
  /** The same, when its level was falling from its peak as it went silent. */
  passedBySilenceMs: 8_000,
  /** How far below its peak a level must lie to count as falling away, dB. */
  passedByDropDb: 8,

  /** An approaching code whose jack was cut off where a lane heard it best is kept so long: it may have stopped. */
  silentHoldMs: 1_200_000,
  /** Cut off: up to the end it was heard with no more than so many times the shortest gaps, ... */
  cutOffGaps: 1.7,
  /** ... and better in a lane than outside by so much, if it was heard there, dB. */
  cutOffMarginDb: 3,
  /** Or by lanes alone for so long, after receivers outside had heard it. */
  insideAloneMs: 7_500,

  // ---- coming (coming.ts) ------------------------------------------------------------------------
  /** A level that differs so much from what it was is a car's that moved, dB; ... */
  cameDb: 6,
  /** ... what it was is taken anew so often, ... */
  cameBaseMs: 60_000,
  /** ... from so many hearings on; a receiver that first hears the car so long after others did ... */
  cameHearings: 10,
  /** ... is taken to have heard silence before. */
  cameLateMs: 5_000,
  /** After so long of being heard without that it stands about. */
  cameForgottenMs: 120_000,
  /** A car that was not heard to come must be as loud as one right before the receiver, dBm. */
  stoodFloorDbm: -80,

  // ---- arriving --------------------------------------------------------------------------------
  /** A lane's receiver must hear the car so much better than every receiver outside of lanes, dB. */
  enterMarginDb: 9,
  /** The same for a car that is seen to stand: where it stopped, less will do, dB. */
  stillMarginDb: 6,
  /** ... if its margin rose by so much since it came in, dB: one that stands about outside needs the whole margin. */
  stillRoseDb: 14,
  /** And for one whose margin rose by so much, dB, ... */
  swingDb: 18,
  /** ... this margin, dB, ... */
  swungMarginDb: 0,
  /** ... though while its level still rises only as it surely stands, from this share on, ... */
  surelyStill: 0.4,
  /** ... its evidence counting so many times a moving one's; ... */
  swungWeight: 82,
  /** ... from where it came in is forgotten so fast, dB/s. */
  swingForgottenDbPerS: 0.1,
  /** With no receiver to compare with, the level that counts as in the lane, dBm. */
  enterDbm: -72,
  /** Below this nothing is an arrival, however it compares, dBm. */
  floorDbm: -88,
  /** Evidence is summed as dB above the margin (and this much) times seconds; ... */
  evidenceBaseDb: 4,
  /** ... no more than so many dB at a time; ... */
  evidenceCapDb: 14,
  /** ... a standing car's counts so many times a moving one's; ... */
  stillWeight: 110,
  /** ... gaps between hearings count no longer than this, ... */
  evidenceGapMs: 1_000,
  /** ... and what one hearing says of standing no longer than this: a jack that speaks seldom shows it no better; ... */
  stillGapMs: 400,
  /** ... and with this sum, dB·s, the car has arrived ... */
  arrivalEvidence: 22,
  /** ... or with this one, where the receivers would show that it stands. */
  movingArrivalEvidence: 150,

  // ---- held to its own stay (own-stay.ts) ---------------------------------------------------------
  /** How a car is heard where it stands: noted so often, ... */
  stayNotedMs: 500,
  /** ... followed with this time constant, ... */
  stayMeanMs: 5_000,
  /** ... or this one, by receivers outside that sink, and by all while it sounds otherwise by so much, dB; ... */
  stayShadeMs: 60_000,
  staySwingDb: 3,
  /** ... and where receivers show whether it stands, only while it does so this surely. */
  stayStill: 0.5,
  /** Once it left, a swing like this says that it stands elsewhere, dB, ... */
  elsewhereDb: 11,
  /** ... when the lane itself hears it so much less, dB, ... */
  elsewhereSankDb: 4,
  /** ... or the swing is as great as this, dB, ... */
  elsewhereFarDb: 21,
  /** ... or the receivers outside hear it so much better, on the mean, dB; ... */
  elsewhereRoseDb: 11,
  /** ... unless it has a margin like this, and by as much more as the swing is greater, dB. */
  elsewhereMarginDb: 12,
  /** What it may not be because of its stay it may be so long after it left. */
  heldMs: 60_000,
  /** A swing smaller than this says that it stands there again, dB, ... */
  againDb: 5,
  /** ... with no more margin than this, dB. */
  againMarginDb: -3,
  /** In another lane than it left it stands only about as loud as it stood there: no more than this weaker, dB, or loud. */
  otherLaneDb: 8,
  /** A car that is hardly better in its lane than outside, dB, ... */
  leaveStayMarginDb: 6,
  /** ... drives off when it swung so far from its stay, dB, ... */
  leaveStaySwingDb: 14,
  /** ... so much of it by its own lane, and by the receivers outside, dB. */
  leaveStaySankDb: 4,
  leaveStayRoseDb: 4,
  /** One that is seen to move does so when the receivers outside hear it so much better than where it stood, on the mean, dB, ... */
  droveRoseDb: 8,
  /** ... and its margin is so much less than the best of its stay, dB, ... */
  droveMarginDb: 12,
  /** ... for so long (and leaveDwellMs more): a van that pulls out from between takes less. */
  droveMs: 3_000,

  // ---- arriving in a lane that knows its own cars (lane-signature.ts) ---------------------------
  /** A car that is heard again where it fell silent, after so long, stood there. */
  stoodMs: 60_000,
  /** The levels of a car that somebody sees stand in a lane are taken after so long of hearing it there. */
  seenStandsMs: 6_000,
  /** So many of them must have stood in a lane; ... */
  signatureStays: 5,
  /** ... one of them moves what the lane knows by no more than its share of this, dB. */
  signatureStepDb: 8,
  /** Spread of the levels of cars that stand there, dB; ... */
  signatureSpreadDb: 4,
  /** ... of cars that are elsewhere, ... */
  signatureElsewhereDb: 8,
  /** ... and of what all receivers hear of a car alike: its power, where its jack sits. */
  signaturePowerDb: 5,
  /** Added to the fit: evidence against the car counts only beyond this, dB. */
  fitSlackDb: 7,
  /** There a smaller margin over the receivers outside will do, dB, ... */
  fitMarginDb: 5,
  /** ... and a weaker level, dBm. */
  fitFloorDbm: -93,
  /** A margin so great is enough even for a car that is unlike all that stood there, dB. */
  plainMarginDb: 16,
  /** Cars that stood jittered less than this on the mean, dB: there standing shows clearly, and counts as everywhere; ... */
  freezesDb: 1.15,
  /** ... elsewhere a car surely moves from this mean jitter, dB, ... */
  fitMovingDb: 2,
  /** ... and down to which it surely stands. */
  fitQuietDb: 0.7,
  /** A standing car's evidence counts so many times a moving one's; ... */
  fitStillWeight: 9,
  /** ... evidence against it so much; ... */
  fitAgainstWeight: 0.7,
  /** ... and with this sum, dB·s, the car has arrived. */
  fitArrivalEvidence: 60,
  /** A lane that other lanes' cars pass asks for more (passing.ts): by so much after the first that was called arrived, dB·s, ... */
  passFirstEvidence: 30,
  /** ... by so much after each of many, ... */
  passStepEvidence: 6,
  /** ... so that this share of those that pass would be, ... */
  passShare: 0.01,
  /** ... and by no more than this, dB·s. */
  passMaxEvidence: 60,
  /** A car that arrived in a lane and went on to another one so soon had only passed the first. */
  passedWithinMs: 20_000,
  /** A lane that is so much worse than the best one now is not where the car is, dB. */
  passedDb: 6,

  // ---- arriving, by motion -----------------------------------------------------------------------
  /** A level so far below that of the last seconds is sinking, and evidence for nothing, dB. */
  fallingDb: 1,
  /** A level so far above that of the last seconds is rising: the car still comes nearer, dB; ... */
  risingDb: 2,
  /** ... its evidence counts this much. */
  risingWeight: 0.5,
  /** A car that lingers where a lane hears it best, be it by a little, has arrived after this. */
  lingerMs: 10_000,
  /** By so much must the lane be better over the last seconds, dB; ... */
  lingerMarginDb: 3,
  /** ... or, with no receiver to compare with, so loud, dBm. */
  lingerDbm: -80,
  /** An approaching car that falls silent while in the lane has switched its engine off: it arrived. */
  silentArrivalMs: 2_500,
  /** ... when at least this share of the evidence for an arrival was there. */
  silentArrivalShare: 0.4,
  /** ... this share where the lane knows its own cars ... */
  silentFitShare: 0.6,
  /** ... or when it had lingered there for so long. */
  silentLingerMs: 4_000,
  /** A code found in a lane so soon after the engine's first input was there before: present at start. */
  presentAtStartMs: 5_000,
  /** ... unless it was heard elsewhere first, for longer than this. */
  presentWithinMs: 1_000,

  // ---- which lane ------------------------------------------------------------------------------
  /** Lanes whose levels lie closer than this cannot be told apart: "Pump 3 or 4", dB. */
  laneAmbiguousDb: 2,
  /** The same at the moment of the arrival, when the car may still roll and the levels with it, dB. */
  laneArrivalAmbiguousDb: 6,
  /** Another lane must be better by so much ... */
  laneMoveMarginDb: 6,
  /** ... for so long, before a car that arrived is said to have moved. */
  laneMoveDwellMs: 4_000,
  /** Of several possible lanes fewer are left for so long: they are the ones. */
  laneNarrowDwellMs: 1_500,

  /** Lanes that hear a car this much worse than the loudest one do not matter, dB; when all others know their own cars, ... */
  laneFitReachDb: 12,
  /** ... lanes whose likelihoods lie closer than this cannot be told apart, dB, ... */
  laneFitDb: 4,
  /** ... at the moment of the arrival than this, ... */
  laneArrivalFitDb: 7,
  /** ... and so many times further, divided by how many cars the lane knows, while those are few that nobody saw, ... */
  laneFewStays: 12,
  /** ... and a car has moved only to a lane that is so much likelier. */
  laneMoveFitDb: 10,
  /** Where cars were seen, loudness counts beside likelihood: this / (this − 1 + cars that the lanes know). */
  laneFewSeen: 4,
  /** There this apart at the moment of the arrival, dB; ... */
  laneArrivalSeenDb: 8,
  /** ... and none is named alone at the arrival that the car fits by less than this, dB: it may only pass. */
  laneArrivalLeastFitDb: 2,

  // ---- parked and leaving ----------------------------------------------------------------------
  /** An arrived car that is silent so long is parked (engine off). Never departed. */
  parkedAfterMs: 10_000,
  /** Leaving: the lane's level has fallen so far below what it was while the car stood there, dB ... */
  leaveDropDb: 6,
  /** ... or a receiver outside of lanes hears it so much better than the lane's, dB ... */
  leaveMarginDb: 1,
  /** ... be it that the lane's advantage sank by so much without a fall of its level, dB, ... */
  leaveSwingDb: 15,
  /** ... and, where the lane's receiver hears nothing any more, that an outside one hears so much more, dB ... */
  leaveRiseDb: 6,
  /** ... or where all lanes know their own cars, it is like none of them: it fits the best of them so badly, dB, ... */
  leaveUnfitDb: 8,
  /** ... while its lane is better than the receivers outside by no more than this, dB, ... */
  leaveUnfitMarginDb: 3,
  /** ... for so long, while the car is being heard. */
  leaveDwellMs: 2_000,
  /** By so much must the level of the last seconds have sunk before silence for it to mean a car that left, dB. */
  leaveSinkDb: 10,
  /** A car that was falling away (dwell not complete) and then silent so long was heard leaving. */
  leaveSilenceMs: 20_000,
  /** Nobody stays longer: the only departure by silence. */
  longTimeoutMs: 6 * 3_600_000,
  /** A departed code is remembered so long after its last hearing, so that its last words start no new visit. */
  departedMemoryMs: 30_000,

  // ---- receivers and clock ---------------------------------------------------------------------
  /** A receiver that hears nobody at all for so long may be lost: its cars' silence proves nothing. */
  receiverLostMs: 5_000,
  /** An approaching code is kept so long while its receiver is lost. */
  receiverLostHoldMs: 600_000,
  /** A clock step forward beyond this is a corrected clock, not time that passed. */
  clockStepMs: 24 * 3_600_000,

  // ---- bounds ----------------------------------------------------------------------------------
  /** Cars tracked at once; strangers beyond it push out the oldest tentative one. */
  maxCodes: 2_000,
  /** Codes remembered of one car with a rotating jack; the oldest are forgotten. */
  maxCodesOfACar: 8,
  /** Receivers known at once. */
  maxReceivers: 64,
} as const;

/** A site's own values for single entries of {@link presenceDelays}. */
export type PresenceTuning = { readonly [K in keyof typeof presenceDelays]?: number };
export type PresenceDelays = { readonly [K in keyof typeof presenceDelays]: number };
